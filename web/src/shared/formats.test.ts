import { expect, it } from 'vitest';
import { formats } from './formats';

const now = Date.parse('2026-03-10T12:00:00Z');

it('says how long ago something is in the largest unit that fits', () => {
  const { ago } = formats('en');
  expect(ago('2026-03-10T11:59:30Z', now)).toBe('30 seconds ago');
  expect(ago('2026-03-10T09:10:00Z', now)).toBe('2 hours ago');
  expect(ago('2026-03-09T12:00:00Z', now)).toBe('yesterday');
  expect(ago('2026-03-13T13:00:00Z', now)).toBe('in 3 days');
  expect(formats('zh-CN').ago('2026-03-10T11:55:00Z', now)).toBe('5分钟前');
});

it('writes lengths of time in units that can be grasped', () => {
  const { duration } = formats('en');
  expect(duration(850)).toBe('850 ms');
  expect(duration(12_440)).toBe('12.4 sec');
  expect(duration(185_900)).toBe('3 min 5 sec');
  expect(duration(3 * 3_600_000)).toBe('3 hr');
  expect(duration(52 * 3_600_000)).toBe('2 days 4 hr');
});

it('writes sizes with their unit, and shows what is no moment as it is', () => {
  const { bytes, moment } = formats('en');
  expect(bytes(0)).toBe('0 B');
  expect(bytes(999)).toBe('999 B');
  expect(bytes(1_440_000)).toBe('1.4 MB');
  expect(moment('soon')).toBe('soon');
});
