import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { memberKey, membersKey } from './keys';

/** Has everything that shows the person loaded again. */
export function useMemberChanged(tenantId: number, memberId: string): () => Promise<unknown> {
  const queries = useQueryClient();
  return useCallback(
    () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: memberKey(tenantId, memberId) }),
        queries.invalidateQueries({ queryKey: membersKey(tenantId) }),
      ]),
    [queries, tenantId, memberId],
  );
}
