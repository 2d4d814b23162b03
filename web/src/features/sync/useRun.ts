import { followSyncRun, getSyncRun, type SyncRun } from '../../api';
import { useLive, type Live } from '../../shared/useLive';
import { isGoing } from './run';
import { runKey, runsKey } from './runsKey';

/** How often a run is asked for that the server does not tell of, in milliseconds. */
const ASK_EVERY = 2_000;

const RUN: Live<SyncRun> = {
  key: runKey,
  ask: getSyncRun,
  follow: followSyncRun,
  askAgainIn: (run) => isGoing(run) && ASK_EVERY,
  // Its lines, its place in the list, the directory and the conflicts are not what they were.
  ends: (tenantId) => [runsKey(tenantId), ['conflicts', tenantId], ['members', tenantId], ['departments', tenantId]],
};

/** One run, live. */
export const useRun = (tenantId: number, runId: string) => useLive(RUN, tenantId, runId).query;
