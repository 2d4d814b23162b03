import type { Conflict, DingTalkApplication, DingTalkUsage, DoctorReport, EventSubscription, Readiness, SyncRun } from '../../api';
import { levelOf } from '../messages/usage';

/** What is known of a tenant; what could not be loaded is absent. */
export interface Facts {
  application?: DingTalkApplication | null;
  examination?: DoctorReport | null;
  runs?: SyncRun[];
  conflicts?: Conflict[];
  events?: EventSubscription;
  usage?: DingTalkUsage;
  /** The server's; only for those who can do something about it. */
  backup?: Readiness['parts']['backup'];
}

/** Something that waits for an administrator; `to` is below the tenant's address, or the server's when it begins with `/`. */
export type Matter =
  | { kind: 'notConnected' | 'switchedOff' | 'neverSynchronised' | 'eventsDown'; severity: Severity; to: string }
  | { kind: 'callsLow' | 'callsUsedUp' | 'callsExhausted'; severity: Severity; to: string; usage: DingTalkUsage }
  | { kind: 'backupFailed' | 'backupMissing'; severity: Severity; to: string }
  | { kind: 'backupOld'; severity: Severity; to: string; ageSeconds: number }
  | { kind: 'runFailed' | 'runWaiting'; severity: Severity; to: string; run: SyncRun }
  | { kind: 'doctorErrors' | 'doctorWarnings' | 'conflicts'; severity: Severity; to: string; count: number };
type Severity = 'error' | 'warning' | 'info';

const ORDER: Severity[] = ['error', 'warning', 'info'];

/** What of the facts needs somebody, the worst first. */
export function attention(facts: Facts): Matter[] {
  const matters = [...ofTenant(facts), ...ofServer(facts)];
  return matters.sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
}

function ofTenant({ application, examination, runs, conflicts, events, usage }: Facts): Matter[] {
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
  return usage ? [...matters, ...ofMonth(usage)] : matters;
}

function ofMonth(usage: DingTalkUsage): Matter[] {
  const to = 'messages/usage';
  switch (levelOf(usage)) {
    case 'normal':
      return [];
    case 'low':
      return [{ kind: 'callsLow', severity: 'warning', to, usage }];
    case 'usedUp':
      return [{ kind: 'callsUsedUp', severity: 'warning', to, usage }];
    case 'exhausted':
      return [{ kind: 'callsExhausted', severity: 'error', to, usage }];
  }
}

/** The server judges whether a backup is too old; here is only said which it is. */
function ofServer({ backup }: Facts): Matter[] {
  const to = '/system?tab=backups';
  if (!backup || backup.status === 'ok') return [];
  if (backup.lastAttemptFailed) return [{ kind: 'backupFailed', severity: 'error', to }];
  if (backup.ageSeconds === null) return [{ kind: 'backupMissing', severity: 'warning', to }];
  return [{ kind: 'backupOld', severity: 'warning', to, ageSeconds: backup.ageSeconds }];
}
