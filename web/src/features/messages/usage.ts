import type { DingTalkUsage } from '../../api';

/** How near the end of the month's calls is, the best first. */
export const LEVELS = ['normal', 'low', 'usedUp', 'exhausted'] as const;
export type Level = (typeof LEVELS)[number];

/** The meter's level; one that is not known here is nothing to worry about. */
export function levelOf({ level }: DingTalkUsage): Level {
  return LEVELS.find((known) => known === level) ?? 'normal';
}
