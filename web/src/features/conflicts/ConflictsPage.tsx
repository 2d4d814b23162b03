import { Card, Empty, Flex, Segmented } from 'antd';
import { listConflicts } from '../../api';
import { useTexts } from '../../i18n';
import { Loading } from '../../shared/Loading';
import { Page } from '../../shared/Page';
import { Pager } from '../../shared/Pager';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useFilters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { useTenant } from '../tenants/TenantScope';
import { ConflictCard } from './ConflictCard';
import { conflictsKey } from './conflictsKey';

const PAGE = 20;

/** What synchronisation would not decide alone: each with its story and the ways out. */
export function ConflictsPage() {
  const { conflicts } = useTexts();
  const tenant = useTenant();
  const [{ state }, change] = useFilters('state');
  const shown = state === 'all' ? 'all' : 'open';
  const pages = usePages([...conflictsKey(tenant.id), shown], (cursor) =>
    listConflicts(tenant.id, { state: shown, limit: PAGE, ...(cursor && { cursor }) }),
  );
  return (
    <Page
      title={conflicts.title}
      intro={conflicts.intro}
      actions={
        <Segmented
          aria-label={conflicts.which}
          value={shown}
          options={[
            { value: 'open', label: conflicts.open },
            { value: 'all', label: conflicts.all },
          ]}
          onChange={(value) => change({ state: value === 'all' ? 'all' : undefined })}
        />
      }
    >
      <ProblemAlert error={pages.error} onRetry={pages.refetch} />
      {pages.isPending && !pages.error && <Loading />}
      {!pages.isPending && pages.items.length === 0 && (
        <Card>
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={shown === 'open' ? conflicts.nothingOpen : conflicts.nothing} />
        </Card>
      )}
      <Flex vertical gap={12}>
        {pages.items.map((conflict) => (
          <ConflictCard key={conflict.id} tenantId={tenant.id} conflict={conflict} />
        ))}
      </Flex>
      <Pager pages={pages} />
    </Page>
  );
}
