import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followSyncRun, getSyncRun } from '../../api';
import { isGoing } from './run';
import { runKey, runsKey } from './runsKey';

/** One run, live: while it goes on, the server tells of every step. */
export function useRun(tenantId: number, runId: string) {
  const queries = useQueryClient();
  const run = useQuery({ queryKey: runKey(tenantId, runId), queryFn: () => getSyncRun(tenantId, runId) });
  const goesOn = isGoing(run.data);
  useEffect(() => {
    if (!goesOn) return undefined;
    const stop = followSyncRun(tenantId, runId, (seen) => {
      queries.setQueryData(runKey(tenantId, runId), seen);
      if (isGoing(seen)) return;
      stop();
      // Its lines, its place in the list, the directory and the conflicts are not what they were.
      for (const queryKey of [runsKey(tenantId), ['conflicts', tenantId], ['members', tenantId], ['departments', tenantId]]) {
        void queries.invalidateQueries({ queryKey });
      }
    });
    return stop;
  }, [goesOn, tenantId, runId, queries]);
  return run;
}
