/** Synchronisation, DingTalk to here. */
import { answer, client } from './client';
import { follow, type Watcher } from './follow';
import type { ChangeKind, SyncRun } from './model';

export const createSyncRun = (tenantId: number, mode: 'apply' | 'preview' = 'apply') =>
  answer(client.POST('/tenants/{tenantId}/syncRuns', { params: { path: { tenantId } }, body: { mode } }));

/** The newest first. */
export const listSyncRuns = (tenantId: number, query: { limit: number; cursor?: string }) =>
  answer(client.GET('/tenants/{tenantId}/syncRuns', { params: { path: { tenantId }, query } }));

/** The tenant's newest run, or nothing while there was none. */
export async function getLatestSyncRun(tenantId: number): Promise<SyncRun | null> {
  const page = await listSyncRuns(tenantId, { limit: 1 });
  return page.items[0] ?? null;
}

export const getSyncRun = (tenantId: number, runId: string) =>
  answer(client.GET('/tenants/{tenantId}/syncRuns/{runId}', { params: { path: { tenantId, runId } } }));

/** Which lines of a run are wanted. */
export interface ChangeFilter {
  kind?: ChangeKind;
  q?: string;
  field?: string;
}

/** Mobile numbers come masked. */
export const listChanges = (tenantId: number, runId: string, query: ChangeFilter & { limit: number; cursor?: string }) =>
  answer(client.GET('/tenants/{tenantId}/syncRuns/{runId}/changes', { params: { path: { tenantId, runId }, query: { ...query, mobile: 'masked' } } }));

/** The same lines as a file; the server writes down who took it. */
export const exportChanges = (tenantId: number, runId: string, query: ChangeFilter) =>
  answer(
    client.GET('/tenants/{tenantId}/syncRuns/{runId}/changes.csv', {
      params: { path: { tenantId, runId }, query },
      parseAs: 'blob',
    }),
  );

/** Applies what was previewed, or approves what the guard stopped; the reason is kept with the run. */
export const applySyncRun = (tenantId: number, runId: string, reason = '') =>
  answer(
    client.POST('/tenants/{tenantId}/syncRuns/{runId}/apply', {
      params: { path: { tenantId, runId } },
      ...(reason !== '' && { body: { reason } }),
    }),
  );

export const cancelSyncRun = (tenantId: number, runId: string) =>
  answer(client.POST('/tenants/{tenantId}/syncRuns/{runId}/cancel', { params: { path: { tenantId, runId } } }));

export const revertSyncRun = (tenantId: number, runId: string) =>
  answer(client.POST('/tenants/{tenantId}/syncRuns/{runId}/revert', { params: { path: { tenantId, runId } } }));

/** Follows a run until it ends. Gives back what ends it earlier. */
export const followSyncRun = (tenantId: number, runId: string, watcher: Watcher<SyncRun>) =>
  follow(`/tenants/${tenantId}/syncRuns/${runId}/events`, watcher);
