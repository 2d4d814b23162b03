import { Card, Typography, type TableProps } from 'antd';
import { Link } from 'react-router';
import { listSyncRuns, type SyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { Page } from '../../shared/Page';
import { PagedTable } from '../../shared/PagedTable';
import { usePages } from '../../shared/usePages';
import { useDingTalk } from '../dingtalk/useDingTalk';
import { useTenant } from '../tenants/TenantScope';
import { outcome } from './outcome';
import { NothingYet } from './NothingYet';
import { isGoing, length } from './run';
import { runsKey } from './runsKey';
import { RunStatus, useCause } from './RunStatus';
import { StartSync } from './StartSync';

const PAGE = 20;
/** How often the list is read again, in milliseconds: runs also begin by themselves. */
const WATCH_EVERY = 5_000;

/** Every run of the tenant, the newest first. */
export function SyncRunsPage() {
  const tenant = useTenant();
  const { sync } = useTexts();
  const { number, exact, duration } = useFormats();
  const cause = useCause();
  const application = useDingTalk(tenant.id);
  const pages = usePages(
    [...runsKey(tenant.id), 'list'],
    (cursor) => listSyncRuns(tenant.id, { limit: PAGE, ...(cursor && { cursor }) }),
    { refetchInterval: () => WATCH_EVERY },
  );
  const columns: TableProps<SyncRun>['columns'] = [
    {
      title: sync.columns.when,
      onCell: oneLine,
      render: (_, run) => <Link to={run.id}>{exact(run.createdAt)}</Link>,
    },
    { title: sync.columns.cause, onCell: oneLine, render: (_, run) => cause(run) },
    { title: sync.columns.status, render: (_, run) => <RunStatus run={run} /> },
    {
      title: sync.columns.outcome,
      render: (_, run) => (
        <Typography.Text style={{ minWidth: 260, display: 'block', maxWidth: 560, whiteSpace: 'normal' }}>
          {outcome(run, sync, number)}
        </Typography.Text>
      ),
    },
    {
      title: sync.columns.took,
      align: 'right',
      onCell: oneLine,
      render: (_, run) => {
        const took = length(run);
        return took === undefined || isGoing(run) ? '' : duration(took);
      },
    },
  ];
  return (
    <Page
      title={sync.runsTitle}
      intro={sync.runsIntro}
      actions={<StartSync tenantId={tenant.id} isConnected={Boolean(application.data?.enabled)} />}
    >
      <Card styles={{ body: { padding: 8 } }}>
        <PagedTable pages={pages} columns={columns} rowKey={({ id }) => id} empty={<NothingYet tenantId={tenant.id}>{sync.never}</NothingYet>} label={sync.runsTitle} />
      </Card>
    </Page>
  );
}

const oneLine = () => ({ style: { whiteSpace: 'nowrap' as const } });
