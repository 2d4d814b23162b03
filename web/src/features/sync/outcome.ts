import { sentence, type SyncRun } from '../../api';
import type { Dictionary } from '../../i18n';
import { CHANGED, isUnchanged } from './run';

/** What came of a run, in one sentence. */
export function outcome(run: SyncRun, sync: Dictionary['sync'], number: (value: number) => string): string {
  const parts = CHANGED.filter((name) => run.counts[name] > 0).map((name) => sync.did[name](number(run.counts[name])));
  const list = parts.join(sync.comma);
  const waiting = run.counts.conflicts > 0 ? sync.conflictsWait(number(run.counts.conflicts)) : '';
  switch (run.status) {
    case 'queued':
    case 'running':
      return sync.outcome.going(new Map(Object.entries(sync.phase)).get(run.phase) ?? run.phase);
    case 'awaitingApproval':
      return sync.outcome.awaits(list || sync.unchanged);
    case 'previewed':
      return (list === '' ? sync.outcome.wouldNothing : sync.outcome.would(list)) + waiting;
    case 'succeeded':
      return (isUnchanged(run) ? sync.outcome.nothing : sync.outcome.did(list)) + waiting;
    case 'failed':
      return sync.outcome.failed(sentence(run.error?.detail ?? ''));
    default:
      return sync.outcome.cancelled;
  }
}
