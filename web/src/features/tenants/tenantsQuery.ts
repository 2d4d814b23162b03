import { infiniteQueryOptions } from '@tanstack/react-query';
import { listTenants, type Tenant } from '../../api';

export const TENANTS = ['tenants'] as const;

/** The tenants that may be seen, page after page. */
export const tenantsQuery = infiniteQueryOptions({
  queryKey: TENANTS,
  queryFn: ({ pageParam }) => listTenants(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor,
});

/** Whether it is tenant 0, which is the platform's own and there from the start. */
export const isPlatform = (tenant: Tenant) => tenant.id === 0;
