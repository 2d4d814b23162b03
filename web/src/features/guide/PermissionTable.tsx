import { useQuery } from '@tanstack/react-query';
import { Flex, Table, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import { getExamination, type DoctorCheck } from '../../api';
import { useTexts } from '../../i18n';
import { Copyable } from '../../shared/Copyable';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { doctorKey } from '../dingtalk/dingTalkKey';
import { PERMISSIONS } from './permissions';

const COLOURS: Record<DoctorCheck['status'], string> = { ok: 'success', warning: 'warning', error: 'error', unproven: 'default' };

/** The eight permissions by both their names, each with what the last examination found. */
export function PermissionTable({ tenantId }: { tenantId: number }) {
  const { guide, dingtalk } = useTexts();
  const report = useQuery({ queryKey: doctorKey(tenantId), queryFn: () => getExamination(tenantId) });
  const found = new Map(report.data?.checks.map((check) => [check.id, check]));
  return (
    <Flex vertical gap={8}>
      <ProblemAlert error={report.error} onRetry={() => void report.refetch()} />
      <Table
        aria-label={guide.permissions}
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        rowKey="code"
        dataSource={PERMISSIONS.map((permission) => ({ ...permission, check: found.get(`permission.${permission.code}`) }))}
        columns={[
          { title: guide.chineseName, render: (_, { zh }) => <Copyable value={zh} /> },
          { title: guide.englishName, dataIndex: 'en' },
          {
            title: guide.state,
            render: (_, { check }) =>
              check ? <Tag color={COLOURS[check.status]}>{dingtalk.doctor.status[check.status]}</Tag> : <Tag>{guide.unexamined}</Tag>,
          },
          {
            title: guide.request,
            render: (_, { check, zh }) =>
              check?.link !== undefined && (
                <Typography.Link href={check.link} target="_blank" rel="noreferrer" aria-label={`${dingtalk.doctor.open} ${zh}`}>
                  {dingtalk.doctor.open}
                </Typography.Link>
              ),
          },
        ]}
      />
      <Link to={`/tenants/${tenantId}/dingtalk?tab=doctor`}>{guide.examine}</Link>
    </Flex>
  );
}
