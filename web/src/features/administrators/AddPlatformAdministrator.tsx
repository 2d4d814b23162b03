import { useInfiniteQuery } from '@tanstack/react-query';
import { Flex, Typography } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../i18n';
import { lastTenant } from '../tenants/chosenTenant';
import { TenantSelect } from '../tenants/TenantSelect';
import { isPlatform, tenantsQuery } from '../tenants/tenantsQuery';
import { AddAdministrator } from './AddAdministrator';

/** Gives the platform's administration to a person of one of the tenants: at first of the one that was looked at last. */
export function AddPlatformAdministrator() {
  const { administrators } = useTexts();
  const [chosen, setChosen] = useState(lastTenant);
  const tenants = useInfiniteQuery(tenantsQuery).data?.pages.flatMap(({ items }) => items) ?? [];
  const [first] = tenants.filter((tenant) => !isPlatform(tenant));
  const tenantId = chosen === undefined || chosen === 0 ? first?.id : chosen;
  if (tenantId === undefined) return <Typography.Text type="secondary">{administrators.noTenants}</Typography.Text>;
  return (
    <Flex gap={8} align="flex-start" wrap>
      <TenantSelect label={administrators.tenant} width="min(260px, 100%)" value={tenantId} onChange={setChosen} />
      <AddAdministrator key={tenantId} tenantId={undefined} peopleOf={tenantId} />
    </Flex>
  );
}
