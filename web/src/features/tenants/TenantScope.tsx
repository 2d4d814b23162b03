import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { Outlet, useParams } from 'react-router';
import { getTenant, type Tenant } from '../../api';
import { Loaded } from '../../shared/Loaded';
import { NotFound } from '../../shared/NotFound';

const Context = createContext<Tenant | null>(null);

export const tenantKey = (tenantId: number) => ['tenant', tenantId] as const;

/** Everything below a tenant's address: loads the tenant, or says why it cannot be shown. */
export function TenantScope() {
  const { tenantId } = useParams();
  if (tenantId === undefined || !/^\d{1,15}$/.test(tenantId)) return <NotFound />;
  return <Scoped key={tenantId} tenantId={Number(tenantId)} />;
}

function Scoped({ tenantId }: { tenantId: number }) {
  const tenant = useQuery({ queryKey: tenantKey(tenantId), queryFn: () => getTenant(tenantId) });
  return (
    <Loaded query={tenant}>
      {(found) => (
        <Context value={found}>
          <Outlet />
        </Context>
      )}
    </Loaded>
  );
}

/** The tenant of this page. */
export function useTenant(): Tenant {
  const tenant = use(Context);
  if (tenant === null) throw new Error('used outside a tenant');
  return tenant;
}
