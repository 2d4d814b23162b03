import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Typography } from 'antd';
import { useState } from 'react';
import type { Tenant } from '../../api';
import { useTexts } from '../../i18n';
import { Loading } from '../../shared/Loading';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { CreateTenant } from './CreateTenant';
import { TenantCard } from './TenantCard';
import { isPlatform, tenantsQuery } from './tenantsQuery';

/** The first page behind the door: every tenant, its house number, its DingTalk application, its last sync. */
export function TenantsPage() {
  const texts = useTexts();
  const [creating, setCreating] = useState(false);
  const tenants = useInfiniteQuery(tenantsQuery);
  const found = tenants.data?.pages.flatMap((page) => page.items).sort(platformLast) ?? [];
  return (
    <Flex vertical gap={20}>
      <Flex align="center" justify="space-between" gap={12} wrap>
        <Typography.Title level={1} style={{ fontSize: 26, margin: 0 }}>
          {texts.tenants.title}
        </Typography.Title>
        <Button type="primary" onClick={() => setCreating(true)}>
          {texts.tenants.create}
        </Button>
      </Flex>
      {tenants.isPending && <Loading />}
      <ProblemAlert error={tenants.error} onRetry={() => void tenants.refetch()} />
      {tenants.isSuccess && found.every(isPlatform) && <Empty description={texts.tenants.empty} />}
      {found.map((tenant) => (
        <TenantCard key={tenant.id} tenant={tenant} />
      ))}
      {tenants.hasNextPage && (
        <Button onClick={() => void tenants.fetchNextPage()} loading={tenants.isFetchingNextPage}>
          {texts.tenants.more}
        </Button>
      )}
      <CreateTenant open={creating} onClose={() => setCreating(false)} />
    </Flex>
  );
}

/** The platform's own tenant is looked at least often. */
function platformLast(one: Tenant, other: Tenant): number {
  return Number(isPlatform(one)) - Number(isPlatform(other));
}
