import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { listTenants } from '../../api';
import { useTexts } from '../../i18n';
import { useDelayed } from '../../shared/useDelayed';
import { isPlatform, TENANTS, tenantsQuery } from './tenantsQuery';

interface Props {
  label: string;
  value: number | undefined;
  onChange: (tenantId: number) => void;
  width: string;
  variant?: 'filled';
}

/** One of the tenants: scrolled through, or found by number or name, wherever in the list it stands. */
export function TenantSelect({ label, value, onChange, width, variant }: Props) {
  const { shell } = useTexts();
  const [typed, setTyped] = useState('');
  const name = useDelayed(typed.trim());
  const tenants = useInfiniteQuery(tenantsQuery);
  const named = useQuery({
    queryKey: [...TENANTS, 'named', name],
    queryFn: () => listTenants(undefined, name),
    enabled: name !== '' && tenants.hasNextPage,
  });
  const loaded = tenants.data?.pages.flatMap((page) => page.items) ?? [];
  const further = (named.data?.items ?? []).filter(({ id }) => !loaded.some((tenant) => tenant.id === id));
  const found = [...loaded, ...further];
  return (
    <Select
      aria-label={label}
      {...(variant && { variant })}
      style={{ width }}
      placeholder={shell.noTenant}
      value={found.some(({ id }) => id === value) ? (value ?? null) : null}
      loading={tenants.isPending || named.isFetching}
      showSearch={{ optionFilterProp: 'label', onSearch: setTyped }}
      options={found.map((tenant) => ({
        value: tenant.id,
        label: isPlatform(tenant) ? `${tenant.name} (${shell.platformTenant})` : `${tenant.name} (${tenant.id})`,
      }))}
      onPopupScroll={({ currentTarget }) => {
        const isAtEnd = currentTarget.scrollTop + currentTarget.clientHeight > currentTarget.scrollHeight - 40;
        if (isAtEnd && tenants.hasNextPage && !tenants.isFetchingNextPage) void tenants.fetchNextPage();
      }}
      onChange={onChange}
    />
  );
}
