import { useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Tag, Typography, type TableProps } from 'antd';
import { listAdministrators, unmakeAdministrator, type Administrator } from '../../api';
import { useTexts } from '../../i18n';
import { PagedTable } from '../../shared/PagedTable';
import { useConfirm } from '../../shared/useConfirm';
import { usePages } from '../../shared/usePages';
import { useMe } from '../session/useMe';
import { AddAdministrator } from './AddAdministrator';
import { AddPlatformAdministrator } from './AddPlatformAdministrator';

export const administratorsKey = (tenantId: number | undefined) => ['administrators', tenantId] as const;

/** Who administers a tenant, or the platform when none is named; given by choosing a person of a tenant, and taken. */
export function Administrators({ tenantId }: { tenantId: number | undefined }) {
  const { administrators } = useTexts();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const own = useMe().data?.account.id;
  const key = administratorsKey(tenantId);
  const pages = usePages<Administrator>(key, (cursor) => listAdministrators(tenantId, cursor));
  const take = ({ accountId, name }: Administrator) =>
    confirm({
      title: administrators.takeTitle(name),
      consequence: tenantId === undefined ? administrators.takePlatformResult : administrators.takeResult,
      action: administrators.take,
      isDangerous: true,
      done: administrators.taken(name),
      run: () => unmakeAdministrator(tenantId, accountId).finally(() => queries.invalidateQueries({ queryKey: key })),
    });
  return (
    <Flex vertical gap={16}>
      <Typography.Text type="secondary">{tenantId === undefined ? administrators.platformIntro : administrators.intro}</Typography.Text>
      <PagedTable label={administrators.title} pages={pages} columns={useColumns(own, take)} rowKey={({ accountId }) => accountId} empty={administrators.empty} />
      {tenantId === undefined ? <AddPlatformAdministrator /> : <AddAdministrator tenantId={tenantId} peopleOf={tenantId} />}
    </Flex>
  );
}

function useColumns(own: string | undefined, onTake: (administrator: Administrator) => void): NonNullable<TableProps<Administrator>['columns']> {
  const { administrators, directory } = useTexts();
  return [
    {
      title: directory.fields.name,
      key: 'name',
      render: (_, { name, enabled, accountId }) => (
        <Flex gap={8} align="center">
          {name}
          {accountId === own && <Tag>{administrators.you}</Tag>}
          {!enabled && <Tag color="warning">{administrators.disabled}</Tag>}
        </Flex>
      ),
    },
    {
      title: administrators.acts,
      key: 'acts',
      align: 'end',
      render: (_, administrator) =>
        administrator.accountId !== own && (
          <Button size="small" danger aria-label={`${administrators.take} ${administrator.name}`} onClick={() => onTake(administrator)}>
            {administrators.take}
          </Button>
        ),
    },
  ];
}
