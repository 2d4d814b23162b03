import { expect, it } from 'vitest';
import { endOf, isExpired } from './tokens';

const now = Date.parse('2026-03-01T00:00:00Z');

it('ends a token after the days that were chosen, or never', () => {
  expect(endOf(30, now)).toBe('2026-03-31T00:00:00.000Z');
  expect(endOf(undefined, now)).toBeUndefined();
  expect(isExpired({ expiresAt: '2026-03-01T00:00:00Z' }, now)).toBe(true);
  expect(isExpired({ expiresAt: '2026-03-01T00:00:01Z' }, now)).toBe(false);
  expect(isExpired({}, now)).toBe(false);
});
