import type { ChangeFilter, SyncRun } from '../../api';

export const KINDS = [
  'all',
  'created',
  'joined',
  'updated',
  'moved',
  'disabled',
  'restored',
  'departmentsCreated',
  'departmentsUpdated',
  'departmentsRemoved',
  'conflicts',
  'skipped',
] as const;

/** One way to look at the lines of a run. */
export interface Kind {
  key: (typeof KINDS)[number];
  filter: ChangeFilter;
  /** How many lines there are, where the run counts them. */
  count?: number;
}

/** The ways to look at this run: all of it, and each kind of which there is something. */
export function kinds({ counts }: SyncRun): Kind[] {
  const every: Kind[] = [
    { key: 'all', filter: {} },
    { key: 'created', filter: { kind: 'memberCreated' }, count: counts.membersCreated },
    { key: 'joined', filter: { kind: 'memberJoined' }, count: counts.membersJoined },
    { key: 'updated', filter: { kind: 'memberUpdated' }, count: counts.membersUpdated },
    // Who is in other departments than before is among the updated.
    ...(counts.membersUpdated > 0
      ? [{ key: 'moved' as const, filter: { kind: 'memberUpdated' as const, field: 'departments' } }]
      : []),
    { key: 'disabled', filter: { kind: 'memberDisabled' }, count: counts.membersDisabled },
    { key: 'restored', filter: { kind: 'memberRestored' }, count: counts.membersRestored },
    { key: 'departmentsCreated', filter: { kind: 'departmentCreated' }, count: counts.departmentsCreated },
    { key: 'departmentsUpdated', filter: { kind: 'departmentUpdated' }, count: counts.departmentsUpdated },
    { key: 'departmentsRemoved', filter: { kind: 'departmentRemoved' }, count: counts.departmentsRemoved },
    { key: 'conflicts', filter: { kind: 'conflict' }, count: counts.conflicts },
    { key: 'skipped', filter: { kind: 'skipped' }, count: counts.skipped },
  ];
  return every.filter(({ count }) => count === undefined || count > 0);
}
