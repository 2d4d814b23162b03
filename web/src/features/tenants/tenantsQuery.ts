import { infiniteQueryOptions } from '@tanstack/react-query';
import { listTenants } from '../../api';

export const TENANTS = ['tenants'] as const;

/** The tenants that may be seen, page after page. */
export const tenantsQuery = infiniteQueryOptions({
  queryKey: TENANTS,
  queryFn: ({ pageParam }) => listTenants(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor,
});
