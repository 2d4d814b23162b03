import { expect, it } from 'vitest';
import type { Message } from '../../api';
import { contentOf, summaryOf } from './content';
import { askAgainIn, isCancellable, isMoving, isOpen, isRecallable, resendable } from './states';

const counts = { queued: 0, sent: 0, unread: 0, read: 3, refused: 1, invalid: 1, failed: 2, unknown: 1, untracked: 0 };
const message = { status: 'sent', counts, createdAt: '2026-03-10T12:00:00Z' } as Message;

it('makes of the form what the server takes, without empty fields', () => {
  expect(contentOf({ type: 'text', text: ' hello \n', title: 'left over' })).toEqual({ type: 'text', text: 'hello' });
  const one = { title: 'Open', url: 'https://example.com' };
  expect(contentOf({ type: 'actionCard', title: 't', text: '**b**', buttons: [one] })).toEqual({
    type: 'actionCard',
    title: 't',
    markdown: '**b**',
    buttons: [one],
  });
  expect(contentOf({ type: 'oa', url: 'https://example.com', rows: [{}, { key: 'a', value: ' b' }] })).toEqual({
    type: 'oa',
    url: 'https://example.com',
    rows: [{ key: 'a', value: 'b' }],
  });
});

it('shows a message in one line', () => {
  expect(summaryOf({ type: 'text', text: '\n first \n second' })).toBe('first');
  expect(summaryOf({ type: 'markdown', title: 'Notice', text: '# long' })).toBe('Notice');
});

it('offers a second try to those it may reach, and recalls for a day', () => {
  expect(resendable(message)).toBe(3);
  expect(isMoving(message)).toBe(false);
  expect(isMoving({ ...message, counts: { ...counts, sent: 1 } })).toBe(true);
  const sent = Date.parse(message.createdAt);
  expect(isRecallable(message, sent + 23 * 3_600_000)).toBe(true);
  expect(isRecallable(message, sent + 25 * 3_600_000)).toBe(false);
  expect(isRecallable({ ...message, status: 'recalled' }, sent)).toBe(false);
  expect(isCancellable(message)).toBe(false);
  expect(isCancellable({ ...message, status: 'held', counts: { ...counts, queued: 1 } })).toBe(true);
});

it('is followed until nobody can read it any more, and asked for rarely when only readers are awaited', () => {
  const unread = { ...message, counts: { ...counts, unread: 2 }, resultsDueAt: '2026-03-10T13:00:00Z' };
  expect([isMoving(unread), isOpen(unread), askAgainIn(unread)]).toEqual([false, true, 60_000]);
  expect(askAgainIn({ ...unread, counts: { ...counts, sent: 1 } })).toBe(2_000);
  expect([isOpen(message), askAgainIn(message)]).toEqual([false, false]);
});
