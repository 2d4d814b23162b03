import type { ApiTokenScope } from '../../api';

export const SCOPES = ['directory:read', 'sync:run', 'messages:send'] as const satisfies ApiTokenScope[];

/** For how many days a token may be made; nothing is for ever. */
export const LIFETIMES = [30, 90, 365, undefined] as const;

const DAY = 86_400_000;

/** When a token ends that is made now. */
export function endOf(days: number | undefined, now = Date.now()): string | undefined {
  return days === undefined ? undefined : new Date(now + days * DAY).toISOString();
}

/** Whether a token does not open anything any more. */
export function isExpired({ expiresAt }: { expiresAt?: string }, now = Date.now()): boolean {
  return expiresAt !== undefined && new Date(expiresAt).getTime() <= now;
}
