import { Card, Flex, Typography } from 'antd';
import { Link, useParams } from 'react-router';
import type { SyncRun } from '../../api';
import { useTexts, type Dictionary } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useTenant } from '../tenants/TenantScope';
import { Changes } from './Changes';
import { isGoing, length } from './run';
import { RunActions } from './RunActions';
import { RunStatus, useCause } from './RunStatus';
import { SyncResult } from './SyncResult';
import { useRun } from './useRun';

/** One run: what came of it in a sentence, then how it went, then every line; and what can be done about it. */
export function SyncRunPage() {
  const { sync } = useTexts();
  const tenant = useTenant();
  const { runId = '' } = useParams();
  const run = useRun(tenant.id, runId);
  const { exact } = useFormats();
  return (
    <Page
      title={run.data ? sync.runTitle(exact(run.data.createdAt)) : sync.runsTitle}
      intro={run.data && <About run={run.data} tenantId={tenant.id} />}
      actions={run.data && <RunActions run={run.data} />}
    >
      <Loaded query={run}>
        {(found) => (
          <>
            <Card>
              <SyncResult run={found} />
            </Card>
            {!isGoing(found) && <Changes run={found} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Where it stands, why it was made, how long it took, and which run it belongs to. */
function About({ run, tenantId }: { run: SyncRun; tenantId: number }) {
  const { sync } = useTexts();
  const { duration } = useFormats();
  const cause = useCause();
  const took = isGoing(run) ? undefined : length(run);
  return (
    <Flex gap={8} align="center" wrap component="span">
      <RunStatus run={run} />
      <Typography.Text type="secondary">{cause(run)}</Typography.Text>
      {took !== undefined && <Typography.Text type="secondary">{sync.took(duration(took))}</Typography.Text>}
      {run.decision !== undefined && <Typography.Text type="secondary">{decision(run.decision, sync)}</Typography.Text>}
      {run.reverts !== undefined && <Link to={`/tenants/${tenantId}/syncRuns/${run.reverts}`}>{sync.toReverted}</Link>}
      {run.revertedBy !== undefined && <Link to={`/tenants/${tenantId}/syncRuns/${run.revertedBy}`}>{sync.toReverting}</Link>}
    </Flex>
  );
}

/** An administrator's word about it, with the reason that was given. */
function decision({ action, reason }: NonNullable<SyncRun['decision']>, { decided }: Dictionary['sync']): string {
  const word = new Map(Object.entries(decided)).get(action) ?? action;
  return reason === undefined ? word : `${word}: ${reason}`;
}
