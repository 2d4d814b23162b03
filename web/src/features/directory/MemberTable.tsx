import { Button, Card, Checkbox, Flex, Select, Tag, Tooltip, Typography, type TableProps } from 'antd';
import { exportMembers, listMembers, type Member, type MemberQuery, type MemberStatus } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { PagedTable } from '../../shared/PagedTable';
import { SearchField } from '../../shared/SearchField';
import { useAct } from '../../shared/useAct';
import type { Filters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
import { NothingYet } from '../sync/NothingYet';
import styles from './directory.module.css';
import { membersKey } from './keys';
import { MemberStatusTag } from './MemberStatusTag';
import type { Branches } from './tree';

type MemberFilters = Filters<'q' | 'department' | 'status' | 'sub' | 'member'>;

interface Props {
  tenantId: number;
  branches: Branches;
  filters: MemberFilters;
  onChange: (changes: MemberFilters) => void;
}

const STATUSES = ['active', 'disabled', 'left'] as const satisfies MemberStatus[];

/** The people of a department or of everywhere, found and filtered by the server. */
export function MemberTable({ tenantId, branches, filters, onChange }: Props) {
  const { directory } = useTexts();
  const query = memberQuery(filters);
  const pages = usePages([...membersKey(tenantId), query], (cursor) => listMembers(tenantId, query, cursor));
  const csv = useAct({
    act: () => exportMembers(tenantId, query),
    done: directory.exported,
    onDone: (file) => download(file, `members-${tenantId}.csv`),
  });
  return (
    <Card
      size="small"
      title={branches.get(filters.department)?.name ?? directory.everybody}
      extra={
        <Button size="small" loading={csv.isPending} onClick={() => csv.mutate()}>
          {directory.export}
        </Button>
      }
    >
      <Flex vertical gap={12}>
        <Flex component="search" gap={12} wrap align="center">
          <SearchField label={directory.search} value={filters.q ?? ''} onChange={(q) => onChange({ q })} style={{ flex: '1 1 260px', maxWidth: 'none' }} />
          <Select
            aria-label={directory.status}
            style={{ width: 140 }}
            value={filters.status ?? ''}
            options={[
              { value: '', label: directory.anyStatus },
              ...STATUSES.map((value) => ({ value, label: directory.statuses[value] })),
            ]}
            onChange={(status) => onChange({ status })}
          />
          {filters.department && (
            <Checkbox checked={filters.sub !== 'no'} onChange={({ target }) => onChange({ sub: target.checked ? undefined : 'no' })}>
              {directory.withSubDepartments}
            </Checkbox>
          )}
        </Flex>
        <PagedTable
          label={directory.people}
          pages={pages}
          columns={useColumns(branches, (member) => onChange({ member }))}
          rowKey={({ id }) => id}
          empty={filters.q || filters.status || filters.department ? directory.nobody : <NothingYet tenantId={tenantId}>{directory.nobodyYet}</NothingYet>}
          onRow={({ id }) => ({ className: styles.row, onClick: () => onChange({ member: id }) })}
        />
      </Flex>
    </Card>
  );
}

function memberQuery({ q, department, status, sub }: MemberFilters): MemberQuery {
  const known = STATUSES.find((value) => value === status);
  return {
    ...(q && { q }),
    ...(department && { departmentId: department, includeSubDepartments: sub !== 'no' }),
    ...(known && { status: known }),
  };
}

function useColumns(branches: Branches, onOpen: (id: string) => void): NonNullable<TableProps<Member>['columns']> {
  const { directory } = useTexts();
  const { fields } = directory;
  return [
    {
      title: fields.name,
      key: 'name',
      render: (_, { id, name, role }) => (
        <Flex gap={8} align="center">
          <Button type="link" size="small" style={{ padding: 0 }} onClick={() => onOpen(id)}>
            {name}
          </Button>
          {role === 'administrator' && <Tag color="blue">{directory.roles.administrator}</Tag>}
        </Flex>
      ),
    },
    { title: fields.mobile, dataIndex: 'mobile', key: 'mobile' },
    { title: fields.jobNumber, dataIndex: 'jobNumber', key: 'jobNumber' },
    { title: fields.title, dataIndex: 'title', key: 'title' },
    { title: fields.departments, key: 'departments', render: (_, member) => <Places member={member} branches={branches} /> },
    { title: fields.status, key: 'status', render: (_, { status }) => <MemberStatusTag status={status} /> },
  ];
}

/** The first department, and that there are more. */
function Places({ member, branches }: { member: Member; branches: Branches }) {
  const { directory } = useTexts();
  const names = member.departments.map(({ id }) => branches.get(id)?.name ?? id);
  if (names.length < 2) return names[0];
  return (
    <Tooltip title={names.join('、')}>
      {names[0]} <Typography.Text type="secondary">{directory.more(names.length)}</Typography.Text>
    </Tooltip>
  );
}
