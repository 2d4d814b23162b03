import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { applySyncRun, cancelSyncRun, revertSyncRun, type SyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { useAct } from '../../shared/useAct';
import { useConfirm } from '../../shared/useConfirm';
import { Approve } from './Approve';
import { outcome } from './outcome';
import { isGoing, isRevertible } from './run';
import { runsKey } from './runsKey';

/** What can be done about a run now: stop it, apply what it showed, let it go on, dismiss it, undo it. */
export function RunActions({ run }: { run: SyncRun }) {
  const { sync } = useTexts();
  const { number } = useFormats();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const [isApproving, setIsApproving] = useState(false);
  const reload = () => queries.invalidateQueries({ queryKey: runsKey(run.tenantId) });
  const cancel = useAct({ act: () => cancelSyncRun(run.tenantId, run.id), onSettled: reload });
  const revert = useAct({
    act: () => revertSyncRun(run.tenantId, run.id),
    onDone: ({ id }) => navigate(`/tenants/${run.tenantId}/syncRuns/${id}`),
    onSettled: reload,
  });
  const what = outcome(run, sync, number);
  if (isGoing(run)) {
    return (
      <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {sync.cancel}
      </Button>
    );
  }
  if (run.status === 'previewed' || run.status === 'awaitingApproval') {
    const isGuarded = run.status === 'awaitingApproval';
    return (
      <>
        <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {sync.dismiss}
        </Button>
        {isGuarded ? (
          <Button type="primary" danger onClick={() => setIsApproving(true)}>
            {sync.approve}
          </Button>
        ) : (
          <Button
            type="primary"
            onClick={() =>
              confirm({
                title: sync.applyTitle,
                action: sync.apply,
                consequence: `${what} ${sync.applyConsequence}`,
                run: () => applySyncRun(run.tenantId, run.id).finally(() => void reload()),
              })
            }
          >
            {sync.apply}
          </Button>
        )}
        <Approve run={run} isOpen={isApproving} onClose={() => setIsApproving(false)} />
      </>
    );
  }
  if (!isRevertible(run)) return null;
  return (
    <Button
      danger
      loading={revert.isPending}
      onClick={() =>
        confirm({
          title: sync.revertTitle,
          action: sync.revert,
          consequence: sync.revertConsequence,
          isDangerous: true,
          run: () => revert.mutateAsync().catch(() => undefined),
        })
      }
    >
      {sync.revert}
    </Button>
  );
}
