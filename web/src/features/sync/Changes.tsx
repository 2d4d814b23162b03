import { Button, Card, Flex, Input, Tabs, Tag, Typography, type TableProps } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { exportChanges, listChanges, type Change, type ChangeFilter, type SyncRun } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { useFormats } from '../../shared/formats';
import { PagedTable } from '../../shared/PagedTable';
import { useAct } from '../../shared/useAct';
import { useDelayed } from '../../shared/useDelayed';
import { useFilters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { ChangedFields } from './ChangedFields';
import { kinds, type Kind } from './kinds';
import { runKey } from './runsKey';

const PAGE = 50;

/** Every line of a run, sorted into what happened to whom; searchable, and as a file. */
export function Changes({ run }: { run: SyncRun }) {
  const texts = useTexts();
  const { sync } = texts;
  const { number } = useFormats();
  const [filters, change] = useFilters('show', 'q');
  const [typed, setTyped] = useState(filters.q ?? '');
  const q = useDelayed(typed.trim());
  useEffect(() => {
    if (q !== (filters.q ?? '')) change({ q });
    // Only what was typed moves the address; the address moves nothing that is being typed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [q]);
  const shown = kinds(run);
  const chosen = shown.find(({ key }) => key === filters.show) ?? shown[0];
  const filter: ChangeFilter = { ...chosen?.filter, ...(filters.q !== undefined && { q: filters.q }) };
  const pages = usePages([...runKey(run.tenantId, run.id), 'changes', filter], (cursor) =>
    listChanges(run.tenantId, run.id, { ...filter, limit: PAGE, ...(cursor && { cursor }) }),
  );
  const csv = useAct({
    act: () => exportChanges(run.tenantId, run.id, filter),
    done: sync.exported,
    onDone: (file) => download(file, `sync-${run.id}.csv`),
  });
  const label = ({ key, count }: Kind) => (count === undefined ? sync.kinds[key] : `${sync.kinds[key]} (${number(count)})`);
  return (
    <Card styles={{ body: { paddingTop: 4 } }}>
      <Tabs
        activeKey={chosen?.key ?? 'all'}
        onChange={(show) => change({ show: show === 'all' ? undefined : show })}
        items={shown.map((kind) => ({ key: kind.key, label: label(kind) }))}
      />
      <Flex vertical gap={12} component="search">
        <Flex justify="space-between" gap={12} wrap>
          <Input
            type="search"
            allowClear
            style={{ width: 'min(420px, 100%)' }}
            aria-label={sync.search}
            placeholder={sync.search}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
          <Button loading={csv.isPending} onClick={() => csv.mutate()}>
            {sync.export}
          </Button>
        </Flex>
        <PagedTable pages={pages} columns={columns(texts, run.tenantId)} rowKey={rowKey} empty={sync.noLines} label={sync.lines} />
      </Flex>
    </Card>
  );
}

/** A line has no number of its own: it is the one of its kind about this person or department. */
function rowKey({ kind, memberId, dingtalkUserId, departmentId, dingtalkDeptId, name }: Change): string {
  return [kind, memberId, dingtalkUserId, departmentId, dingtalkDeptId, name].join();
}

function columns({ sync, directory }: ReturnType<typeof useTexts>, tenantId: number): NonNullable<TableProps<Change>['columns']> {
  return [
    {
      title: sync.columns.who,
      render: (_, line) => (
        <>
          {line.memberId === undefined ? (
            <Typography.Text strong>{line.name}</Typography.Text>
          ) : (
            <Link to={`/tenants/${tenantId}/organisation?member=${line.memberId}`}>{line.name}</Link>
          )}
          <br />
          <Typography.Text type="secondary">{line.dingtalkUserId ?? line.dingtalkDeptId}</Typography.Text>
        </>
      ),
    },
    { title: sync.columns.what, render: (_, { kind }) => <Tag>{directory.member.kinds[kind]}</Tag> },
    {
      title: sync.columns.fields,
      render: (_, line) => (
        <div style={{ minWidth: 280, maxWidth: 680, whiteSpace: 'normal' }}>
          {line.note !== undefined && <div>{line.note}</div>}
          <ChangedFields change={line} />
        </div>
      ),
    },
  ];
}
