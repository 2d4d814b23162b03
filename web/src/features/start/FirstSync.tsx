import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex } from 'antd';
import { Link } from 'react-router';
import { createSyncRun, getLatestSyncRun, type SyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { useAct } from '../../shared/useAct';
import { isGoing } from '../sync/run';
import { RunActions } from '../sync/RunActions';
import { runsKey } from '../sync/runsKey';
import { SyncResult } from '../sync/SyncResult';
import { useRun } from '../sync/useRun';

/** The first look at what would come in, and then the first synchronisation, without leaving the walk. */
export function FirstSync({ tenantId, isConnected }: { tenantId: number; isConnected: boolean }) {
  const { sync } = useTexts();
  const queries = useQueryClient();
  const latest = useQuery({ queryKey: [...runsKey(tenantId), 'latest'], queryFn: () => getLatestSyncRun(tenantId) });
  const begin = useAct({
    act: (mode: 'apply' | 'preview') => createSyncRun(tenantId, mode),
    onSettled: () => queries.invalidateQueries({ queryKey: runsKey(tenantId) }),
  });
  return (
    <Card>
      <Flex vertical gap={20}>
        <Flex gap={8}>
          <Button disabled={!isConnected} loading={begin.isPending && begin.variables === 'preview'} onClick={() => begin.mutate('preview')}>
            {sync.preview}
          </Button>
          <Button
            type="primary"
            disabled={!isConnected}
            loading={begin.isPending && begin.variables === 'apply'}
            onClick={() => begin.mutate('apply')}
          >
            {sync.start}
          </Button>
        </Flex>
        <Loaded query={latest}>{(run) => run && <Followed key={run.id} first={run} />}</Loaded>
      </Flex>
    </Card>
  );
}

function Followed({ first }: { first: SyncRun }) {
  const { start } = useTexts();
  const run = useRun(first.tenantId, first.id);
  const shown = run.data ?? first;
  return (
    <Flex vertical gap={12}>
      <SyncResult run={shown} />
      {!isGoing(shown) && (
        <Flex gap={12} align="center" wrap>
          {shown.status !== 'succeeded' && <RunActions run={shown} />}
          <Link to={`/tenants/${first.tenantId}/syncRuns/${first.id}`}>{start.lines}</Link>
        </Flex>
      )}
    </Flex>
  );
}
