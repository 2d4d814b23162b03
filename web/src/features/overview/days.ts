import type { Message } from '../../api';

/** What became of the messages of one day, in people. */
export interface Day {
  /** Its beginning, where the reader is. */
  start: Date;
  read: number;
  /** Sent or delivered, not read or not known to be; or on its way. */
  open: number;
  /** Refused, invalid, failed, unknown. */
  lost: number;
}

/** How many days are shown. */
export const DAYS = 14;

/**
 * The messages of the last days, day by day. `isWhole` says that no older ones were left out; otherwise the days that
 * are not covered whole are not shown.
 */
export function daysOf(messages: Message[], isWhole: boolean, now = new Date()): Day[] {
  const days = Array.from({ length: DAYS }, (_, index): Day => ({ start: dayBefore(now, DAYS - 1 - index), read: 0, open: 0, lost: 0 }));
  for (const { createdAt, counts } of messages) {
    const at = new Date(createdAt);
    const day = days.findLast(({ start }) => start <= at);
    if (!day) continue;
    day.read += counts.read;
    day.open += counts.queued + counts.sent + counts.unread + counts.untracked;
    day.lost += counts.refused + counts.invalid + counts.failed + counts.unknown;
  }
  const oldest = messages.at(-1);
  if (isWhole || oldest === undefined) return days;
  return days.filter(({ start }) => start > new Date(oldest.createdAt));
}

/** Midnight so many days before; counted on the calendar, since not every day has 24 hours. */
function dayBefore(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
}
