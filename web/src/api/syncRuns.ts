/** Synchronisation, DingTalk to here. */
import { answer, client } from './client';
import type { SyncRun } from './model';

export const createSyncRun = (tenantId: number) =>
  answer(client.POST('/tenants/{tenantId}/syncRuns', { params: { path: { tenantId } }, body: { mode: 'apply' } }));

/** The tenant's newest run, or nothing while there was none. */
export async function getLatestSyncRun(tenantId: number): Promise<SyncRun | null> {
  const params = { path: { tenantId }, query: { limit: 1 } };
  const page = await answer(client.GET('/tenants/{tenantId}/syncRuns', { params }));
  return page.items[0] ?? null;
}
