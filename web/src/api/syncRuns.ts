/** Synchronisation, DingTalk to here. */
import { answer, client } from './client';
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

/**
 * Follows a run: `onRun` gets it as it stands and again whenever it moves; the stream ends by itself with the run. Gives
 * back what ends it earlier. The browser connects again when the line breaks.
 */
export function followSyncRun(tenantId: number, runId: string, onRun: (run: SyncRun) => void): () => void {
  const source = new EventSource(`/api/v1/tenants/${tenantId}/syncRuns/${runId}/events`);
  source.onmessage = ({ data }: MessageEvent<string>) => onRun(JSON.parse(data) as SyncRun);
  return () => source.close();
}
