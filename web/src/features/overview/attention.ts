import type { Conflict, DingTalkApplication, DoctorReport, EventSubscription, SyncRun } from '../../api';

/** What is known of a tenant; what could not be loaded is absent. */
export interface Facts {
  application?: DingTalkApplication | null;
  examination?: DoctorReport | null;
  runs?: SyncRun[];
  conflicts?: Conflict[];
  events?: EventSubscription;
}

/** Something that waits for an administrator, the worst first. */
export type Matter =
  | { kind: 'notConnected' | 'switchedOff' | 'neverSynchronised' | 'eventsDown'; severity: Severity; to: string }
  | { kind: 'runFailed' | 'runWaiting'; severity: Severity; to: string; run: SyncRun }
  | { kind: 'doctorErrors' | 'doctorWarnings' | 'conflicts'; severity: Severity; to: string; count: number };
type Severity = 'error' | 'warning' | 'info';

const ORDER: Severity[] = ['error', 'warning', 'info'];

/** What of the facts needs somebody. Addresses are below the tenant's own. */
export function attention({ application, examination, runs, conflicts, events }: Facts): Matter[] {
  if (application === null) return [{ kind: 'notConnected', severity: 'info', to: 'dingtalk' }];
  const matters: Matter[] = [];
  if (application?.enabled === false) matters.push({ kind: 'switchedOff', severity: 'warning', to: 'dingtalk' });
  // A preview decides nothing: what counts is how the last real run ended.
  const last = runs?.find(({ mode }) => mode === 'apply');
  const to = last && `syncRuns/${last.id}`;
  if (last && to && last.status === 'failed') matters.push({ kind: 'runFailed', severity: 'error', to, run: last });
  if (last && to && last.status === 'awaitingApproval') matters.push({ kind: 'runWaiting', severity: 'warning', to, run: last });
  if (application && runs && last === undefined) matters.push({ kind: 'neverSynchronised', severity: 'info', to: 'dingtalk' });
  const found = (status: string) => examination?.checks.filter((check) => check.status === status).length ?? 0;
  const [errors, warnings] = [found('error'), found('warning')];
  if (errors > 0) matters.push({ kind: 'doctorErrors', severity: 'error', to: 'dingtalk?tab=doctor', count: errors });
  if (warnings > 0) matters.push({ kind: 'doctorWarnings', severity: 'warning', to: 'dingtalk?tab=doctor', count: warnings });
  if (conflicts && conflicts.length > 0) {
    matters.push({ kind: 'conflicts', severity: 'warning', to: 'conflicts', count: conflicts.length });
  }
  if (events?.stream?.error) matters.push({ kind: 'eventsDown', severity: 'warning', to: 'dingtalk?tab=events' });
  return matters.sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
}
