import type { SyncCounts, SyncRun } from '../../api';

/** Whether the run has not ended yet. */
export function isGoing(run: SyncRun | undefined): boolean {
  return run?.status === 'queued' || run?.status === 'running';
}

const READ = ['departmentsRead', 'membersRead'] as const satisfies (keyof SyncCounts)[];
/** What a run changes, in the order in which it is told. */
export const CHANGED = [
  'departmentsCreated',
  'departmentsUpdated',
  'departmentsRemoved',
  'membersCreated',
  'membersJoined',
  'membersUpdated',
  'membersDisabled',
  'membersRestored',
] as const satisfies (keyof SyncCounts)[];

/** What still waits for somebody, at every run again. */
const WAITING = ['conflicts', 'skipped'] as const satisfies (keyof SyncCounts)[];

/** The figures worth showing: what was read, and of the rest what there was of it. */
export function figures(counts: SyncCounts): { name: keyof SyncCounts; value: number }[] {
  const all = [...READ, ...CHANGED, ...WAITING].map((name) => ({ name, value: counts[name] }));
  return all.filter(({ name, value }) => value > 0 || name === 'departmentsRead' || name === 'membersRead');
}

/** Whether the run found everything as it was. */
export function isUnchanged(run: SyncRun): boolean {
  return run.status === 'succeeded' && CHANGED.every((name) => run.counts[name] === 0);
}

/** How far a run is, in percent: reading takes by far the longest, and knows how much is found. */
export function percent(run: SyncRun): number {
  switch (run.phase) {
    case 'reading':
      return 5 + 75 * Math.min(1, run.counts.departmentsRead / Math.max(1, run.departmentsFound));
    case 'planning':
      return 85;
    case 'applying':
      return 92;
    case 'finished':
      return 100;
    default:
      return 0;
  }
}

/** How long it took, in milliseconds; nothing before its end. */
export function length({ startedAt, finishedAt }: SyncRun): number | undefined {
  if (startedAt === undefined || finishedAt === undefined) return undefined;
  return new Date(finishedAt).getTime() - new Date(startedAt).getTime();
}

/** Whether it landed and can be undone. Parting from DingTalk cannot. */
export function isRevertible(run: SyncRun): boolean {
  return (
    run.status === 'succeeded' &&
    run.applied &&
    run.revertedBy === undefined &&
    run.trigger !== 'detachment' &&
    !isUnchanged(run)
  );
}
