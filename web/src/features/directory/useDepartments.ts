import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { listDepartments } from '../../api';
import { departmentsKey } from './keys';
import { Branches } from './tree';

/** A tenant's departments as a tree; `undefined` until they are there. */
export function useDepartments(tenantId: number) {
  const query = useQuery({
    queryKey: departmentsKey(tenantId),
    queryFn: () => listDepartments(tenantId),
    staleTime: 30_000,
  });
  const branches = useMemo(() => query.data && new Branches(query.data.items), [query.data]);
  return { ...query, branches };
}
