/** What synchronisation would not decide alone. */
import { answer, client } from './client';
import type { ResolveConflict } from './model';

export const listConflicts = (tenantId: number, query: { state: 'open' | 'all'; limit: number; cursor?: string }) =>
  answer(client.GET('/tenants/{tenantId}/conflicts', { params: { path: { tenantId }, query } }));

export const resolveConflict = (tenantId: number, conflictId: string, body: ResolveConflict) =>
  answer(
    client.POST('/tenants/{tenantId}/conflicts/{conflictId}/resolve', { params: { path: { tenantId, conflictId } }, body }),
  );
