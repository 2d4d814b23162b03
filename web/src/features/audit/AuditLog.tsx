import { Button, DatePicker, Flex, Select, Tag, Typography, type TableProps } from 'antd';
import dayjs from 'dayjs';
import { exportAuditEntries, listAuditEntries, type AuditEntry, type AuditQuery } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { useFormats } from '../../shared/formats';
import { Page } from '../../shared/Page';
import { PagedTable } from '../../shared/PagedTable';
import { SearchField } from '../../shared/SearchField';
import { useAct } from '../../shared/useAct';
import { useFilters, type Filters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { actionInWords, detailInWords } from './words';

type AuditFilters = Filters<'q' | 'action' | 'since' | 'until'>;

/** Who did what, the newest first: searched, filtered, exported. */
export function AuditLog({ tenantId }: { tenantId: number | undefined }) {
  const { audit } = useTexts();
  const [filters, setFilters] = useFilters('q', 'action', 'since', 'until');
  const query = auditQuery(filters);
  const pages = usePages<AuditEntry>(['audit', tenantId, query], (cursor) => listAuditEntries(tenantId, query, cursor));
  const csv = useAct({
    act: () => exportAuditEntries(tenantId, query),
    onDone: (file) => download(file, tenantId === undefined ? 'audit.csv' : `audit-${tenantId}.csv`),
  });
  return (
    <Page
      title={audit.title}
      intro={tenantId === undefined ? audit.intro : audit.tenantIntro}
      actions={
        <Button loading={csv.isPending} onClick={() => csv.mutate()}>
          {audit.export}
        </Button>
      }
    >
      <Flex component="search" gap={12} wrap>
        <SearchField label={audit.search} value={filters.q ?? ''} onChange={(q) => setFilters({ q })} style={{ flex: '1 1 240px' }} />
        <Select
          aria-label={audit.noun}
          style={{ width: 180 }}
          value={filters.action ?? ''}
          options={[{ value: '', label: audit.anyNoun }, ...Object.entries(audit.nouns).map(([value, label]) => ({ value, label }))]}
          onChange={(action) => setFilters({ action })}
        />
        <DatePicker.RangePicker
          allowEmpty
          aria-label={audit.period}
          placeholder={[audit.since, audit.until]}
          value={[date(filters.since), date(filters.until)]}
          onChange={(range) => setFilters({ since: day(range?.[0]), until: day(range?.[1]) })}
        />
      </Flex>
      <PagedTable label={audit.title} pages={pages} columns={useColumns(tenantId === undefined)} rowKey={({ sequence }) => sequence} empty={audit.empty} />
    </Page>
  );
}

const date = (text: string | undefined) => (text === undefined ? null : dayjs(text));
const day = (moment: dayjs.Dayjs | null | undefined) => moment?.format('YYYY-MM-DD');

/** Days are the reader's own; the last one counts whole. */
function auditQuery({ q, action, since, until }: AuditFilters): AuditQuery {
  return {
    ...(q && { q }),
    ...(action && { action }),
    ...(since && { since: dayjs(since).toISOString() }),
    ...(until && { until: dayjs(until).add(1, 'day').toISOString() }),
  };
}

function useColumns(withTenant: boolean): NonNullable<TableProps<AuditEntry>['columns']> {
  const texts = useTexts();
  const { audit } = texts;
  const { exact } = useFormats();
  return [
    { title: audit.columns.at, key: 'at', onCell: oneLine, render: (_, { at }) => exact(at) },
    {
      title: audit.columns.actor,
      key: 'actor',
      render: (_, { actorKind, actorName, actorId }) => (
        <Flex vertical align="start" gap={2}>
          <Tag>{audit.actors[actorKind]}</Tag>
          <Named name={actorName} id={actorId} />
        </Flex>
      ),
    },
    ...(withTenant ? [{ title: audit.columns.tenant, dataIndex: 'tenantId', key: 'tenantId' }] : []),
    {
      title: audit.columns.action,
      key: 'action',
      render: (_, { action }) => (
        <Flex vertical>
          {actionInWords(action, texts)}
          <Typography.Text type="secondary" style={{ fontFamily: 'monospace', fontSize: 12 }}>
            {action}
          </Typography.Text>
        </Flex>
      ),
    },
    {
      title: audit.columns.subject,
      key: 'subject',
      render: (_, entry) => (
        <Flex vertical style={{ maxWidth: 460 }}>
          <Named name={entry.subjectName} id={entry.subject} />
          {detailInWords(entry, texts).map((line) => (
            <Typography.Text key={line} type="secondary" style={{ overflowWrap: 'anywhere' }}>
              {line}
            </Typography.Text>
          ))}
        </Flex>
      ),
    },
    { title: audit.columns.address, dataIndex: 'address', key: 'address' },
  ];
}

const oneLine = () => ({ style: { whiteSpace: 'nowrap' as const } });

/** By name where there is one today; the id, which never changes, below it: in full on hovering, and to copy. */
function Named({ name, id }: { name: string | undefined; id: string | undefined }) {
  const short = id !== undefined && UUID.test(id) ? `…${id.slice(-12)}` : id;
  return (
    <>
      {name && <Typography.Text>{name}</Typography.Text>}
      {id && (
        <Typography.Text
          title={id}
          copyable={short !== id && { text: id }}
          style={{ fontFamily: 'monospace', fontSize: 12, overflowWrap: 'anywhere', whiteSpace: short === id ? 'normal' : 'nowrap' }}
          type="secondary"
        >
          {short}
        </Typography.Text>
      )}
    </>
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
