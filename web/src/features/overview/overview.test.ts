import { expect, it } from 'vitest';
import type { DingTalkApplication, DingTalkUsage, DoctorReport, Message, SyncRun } from '../../api';
import { attention } from './attention';
import { DAYS, daysOf } from './days';

const application = { enabled: true } as DingTalkApplication;
const run = (status: string, mode = 'apply') => ({ id: 'r', mode, status }) as SyncRun;
const kinds = (facts: Parameters<typeof attention>[0]) => attention(facts).map(({ kind }) => kind);

it('asks for DingTalk first, and for nothing else while it is missing', () => {
  expect(kinds({ application: null, runs: [run('failed')] })).toEqual(['notConnected']);
  expect(kinds({ application, runs: [] })).toEqual(['neverSynchronised']);
});

it('puts what failed before what waits, and looks past previews', () => {
  const examination = { checks: [{ status: 'warning' }, { status: 'error' }, { status: 'ok' }] } as DoctorReport;
  const runs = [run('previewed', 'preview'), run('awaitingApproval'), run('failed')];
  expect(kinds({ application, examination, runs })).toEqual(['doctorErrors', 'runWaiting', 'doctorWarnings']);
  expect(kinds({ application, runs: [run('succeeded'), run('failed')] })).toEqual([]);
});

it('tells of the month’s calls and of backups, each with the way to where one acts', () => {
  const usage = (level: string) => ({ level, used: 4_100, limit: 5_000, resetsAt: '2026-04-01T00:00:00+08:00' }) as DingTalkUsage;
  const facts = { application, runs: [run('succeeded')] };
  expect(kinds({ ...facts, usage: usage('normal') })).toEqual([]);
  expect(attention({ ...facts, usage: usage('exhausted') })).toMatchObject([{ severity: 'error', to: 'messages/usage' }]);
  expect(kinds({ ...facts, usage: usage('low') })).toEqual(['callsLow']);
  const backup = (ageSeconds: number | null, lastAttemptFailed = false) => ({ status: 'warning' as const, ageSeconds, lastAttemptFailed });
  expect(attention({ ...facts, backup: backup(null) })).toMatchObject([{ kind: 'backupMissing', to: '/system?tab=backups' }]);
  expect(kinds({ ...facts, backup: backup(300_000), usage: usage('usedUp') })).toEqual(['callsUsedUp', 'backupOld']);
  expect(kinds({ ...facts, backup: backup(60, true) })).toEqual(['backupFailed']);
  expect(kinds({ ...facts, backup: { ...backup(60), status: 'ok' } })).toEqual([]);
});

it('says nothing about what could not be loaded', () => {
  expect(kinds({})).toEqual([]);
});

const now = new Date(2026, 2, 20, 15);
const sent = (daysAgo: number, read: number): Message =>
  ({
    createdAt: new Date(2026, 2, 20 - daysAgo, 9).toISOString(),
    counts: { queued: 0, sent: 1, unread: 0, read, refused: 0, invalid: 0, failed: 2, unknown: 0, untracked: 0 },
  }) as Message;

it('counts people by the day on which their message was sent', () => {
  const days = daysOf([sent(0, 3), sent(0, 4), sent(13, 1), sent(14, 9)], true, now);
  expect(days).toHaveLength(DAYS);
  expect(days.at(-1)).toMatchObject({ read: 7, open: 2, lost: 4 });
  expect(days[0]).toMatchObject({ read: 1, open: 1, lost: 2 });
});

it('leaves out days of which it does not know everything', () => {
  const days = daysOf([sent(0, 1), sent(2, 1)], false, now);
  expect(days.map(({ start }) => start.getDate())).toEqual([19, 20]);
});
