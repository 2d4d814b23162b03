import { useMutation } from '@tanstack/react-query';
import { App, Button, Card, Checkbox, Flex, Input, Select, Tag, Tooltip, Typography, type TableProps } from 'antd';
import { useEffect, useState } from 'react';
import { exportMembers, listMembers, type Member, type MemberQuery, type MemberStatus } from '../../api';
import { useTexts } from '../../i18n';
import { download } from '../../shared/download';
import { PagedTable } from '../../shared/PagedTable';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useDelayed } from '../../shared/useDelayed';
import type { Filters } from '../../shared/useFilters';
import { usePages } from '../../shared/usePages';
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
  const texts = useTexts();
  const { directory } = texts;
  const { message } = App.useApp();
  const [typed, setTyped] = useState(filters.q ?? '');
  const q = useDelayed(typed.trim());
  useEffect(() => {
    if (q !== (filters.q ?? '')) onChange({ q });
    // Only what was typed moves the address; the address moves nothing that is being typed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [q]);
  const query = memberQuery(filters);
  const pages = usePages([...membersKey(tenantId), query], (cursor) => listMembers(tenantId, query, cursor));
  const csv = useMutation({
    mutationFn: () => exportMembers(tenantId, query),
    onSuccess: (file) => {
      download(file, `members-${tenantId}.csv`);
      void message.success(directory.exported);
    },
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
          <Input
            type="search"
            allowClear
            style={{ flex: '1 1 260px' }}
            aria-label={directory.search}
            placeholder={directory.search}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
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
        <ProblemAlert error={csv.error} />
        <PagedTable
          label={directory.people}
          pages={pages}
          columns={useColumns(branches, (member) => onChange({ member }))}
          rowKey={({ id }) => id}
          empty={directory.nobody}
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
      fixed: 'start',
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
