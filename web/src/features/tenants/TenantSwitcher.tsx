import { useInfiniteQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useLocation, useNavigate } from 'react-router';
import { useTexts } from '../../i18n';
import { isPlatform, tenantsQuery } from './tenantsQuery';

/** Changes to another tenant and stays on the same kind of page. */
export function TenantSwitcher({ tenantId }: { tenantId: number | undefined }) {
  const { shell } = useTexts();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const tenants = useInfiniteQuery(tenantsQuery);
  const found = tenants.data?.pages.flatMap((page) => page.items) ?? [];
  // A page below the kind of page (one run, one message) belongs to the tenant that is left.
  const kind = /^\/tenants\/\d+\/([^/]+)/.exec(pathname)?.[1] ?? '';
  return (
    <Select
      aria-label={shell.tenant}
      variant="filled"
      style={{ width: 'min(260px, 46vw)' }}
      placeholder={shell.noTenant}
      value={found.some(({ id }) => id === tenantId) ? (tenantId ?? null) : null}
      loading={tenants.isPending}
      showSearch={{ optionFilterProp: 'label' }}
      options={found.map((tenant) => ({
        value: tenant.id,
        label: isPlatform(tenant) ? `${tenant.name} (${shell.platformTenant})` : `${tenant.name} (${tenant.id})`,
      }))}
      onPopupScroll={({ currentTarget }) => {
        const isAtEnd = currentTarget.scrollTop + currentTarget.clientHeight > currentTarget.scrollHeight - 40;
        if (isAtEnd && tenants.hasNextPage && !tenants.isFetchingNextPage) void tenants.fetchNextPage();
      }}
      onChange={(id) => void navigate(`/tenants/${id}/${kind}`)}
    />
  );
}
