import { useQuery } from '@tanstack/react-query';
import { listDepartments, type Department } from '../../api';
import { departmentsKey } from './keys';
import { Branches } from './tree';

/** A tenant's departments as a tree. */
export function useDepartments(tenantId: number) {
  return useQuery({
    queryKey: departmentsKey(tenantId),
    queryFn: () => listDepartments(tenantId),
    select: asTree,
    staleTime: 30_000,
  });
}

const asTree = ({ items }: { items: Department[] }) => new Branches(items);
