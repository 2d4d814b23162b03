import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import type { ReactNode } from 'react';
import { createSyncRun, getLatestSyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { isGoing } from './run';
import { SyncResult } from './SyncResult';

/** How often a run is asked about while it goes on, in milliseconds. */
const WATCH_EVERY = 800;

interface Props {
  tenantId: number;
  isConnected: boolean;
  /** What stands beside the button. */
  children: ReactNode;
}

/** Starts a sync and shows the newest one, live while it goes on, whoever started it. */
export function SyncPanel({ tenantId, isConnected, children }: Props) {
  const texts = useTexts();
  const queries = useQueryClient();
  const queryKey = ['syncRuns', tenantId, 'latest'];
  const latest = useQuery({
    queryKey,
    queryFn: () => getLatestSyncRun(tenantId),
    refetchInterval: (query) => (isGoing(query.state.data) ? WATCH_EVERY : false),
  });
  const start = useMutation({
    mutationFn: () => createSyncRun(tenantId),
    // Also after a refusal: somebody else's run may be the reason, and is then shown.
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <Flex vertical gap={16}>
      {latest.isSuccess && <SyncResult run={latest.data} />}
      <ProblemAlert error={latest.error ?? start.error} />
      <Flex gap={8} wrap>
        <Button
          type="primary"
          disabled={!isConnected || isGoing(latest.data)}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {texts.sync.start}
        </Button>
        {children}
      </Flex>
    </Flex>
  );
}
