import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useNavigate } from 'react-router';
import { createSyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { useAct } from '../../shared/useAct';
import { runsKey } from './runsKey';

/** The two ways to begin: show what would happen, or do it. Leads to the run. */
export function StartSync({ tenantId, isConnected }: { tenantId: number; isConnected: boolean }) {
  const { sync } = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const start = useAct({
    act: (mode: 'apply' | 'preview') => createSyncRun(tenantId, mode),
    onDone: ({ id }) => navigate(`/tenants/${tenantId}/syncRuns/${id}`),
    // Also after a refusal: somebody else's run may be the reason, and is then shown.
    onSettled: () => queries.invalidateQueries({ queryKey: runsKey(tenantId) }),
  });
  const isStarting = (mode: 'apply' | 'preview') => start.isPending && start.variables === mode;
  return (
    <>
      <Button disabled={!isConnected} loading={isStarting('preview')} onClick={() => start.mutate('preview')}>
        {sync.preview}
      </Button>
      <Button type="primary" disabled={!isConnected} loading={isStarting('apply')} onClick={() => start.mutate('apply')}>
        {sync.start}
      </Button>
    </>
  );
}
