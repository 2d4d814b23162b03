import type { DeliveryState, Message } from '../../api';

/** The states of a delivery, the best first; the order in which they are shown. */
export const STATES = ['read', 'unread', 'sent', 'untracked', 'queued', 'refused', 'invalid', 'failed', 'unknown'] as const satisfies DeliveryState[];

export const STATE_COLOURS: Record<DeliveryState, string> = {
  read: 'success',
  unread: 'processing',
  sent: 'processing',
  untracked: 'default',
  queued: 'default',
  refused: 'error',
  invalid: 'error',
  failed: 'error',
  unknown: 'warning',
};

/** Those whom a second try may reach; who of them, the server knows. */
const RESENDABLE = ['refused', 'failed'] as const satisfies DeliveryState[];

/** How many a second try may reach. */
export function resendable({ counts }: Message): number {
  return RESENDABLE.reduce((sum, state) => sum + counts[state], 0);
}

/** DingTalk takes messages back for a day. */
const RECALLABLE_FOR = 24 * 3_600_000;

/** Whether DingTalk would still take it back. */
export function isRecallable({ status, counts, createdAt }: Message, now = Date.now()): boolean {
  return delivered(counts) > 0 && (status === 'sending' || status === 'sent' || status === 'cancelled') && now - new Date(createdAt).getTime() < RECALLABLE_FOR;
}

const delivered = ({ sent, unread, read, untracked, unknown }: Message['counts']) => sent + unread + read + untracked + unknown;

/** Whether something of it can still be stopped. */
export function isCancellable({ status, counts }: Message): boolean {
  return (status === 'sending' || status === 'held') && counts.queued > 0;
}

/** Whether something is still to be learnt soon, and it pays to ask again. */
export function isMoving({ status, counts }: Message): boolean {
  return status === 'sending' || status === 'held' || counts.queued > 0 || counts.sent > 0;
}

/** Whether anything about it can still change by itself, were it only that somebody reads it. */
export function isOpen(message: Message): boolean {
  return isMoving(message) || message.resultsDueAt !== undefined;
}

/** How soon to ask again for a message that the server does not tell of, in milliseconds; not at all when it rests. */
export function askAgainIn(message: Message): number | false {
  if (isMoving(message)) return 2_000;
  return isOpen(message) && 60_000;
}
