/** The calls of the native API that the pages make, one function each, named after the operation. */
import { answer, client } from './client';
import type { DingTalkApplication, PutDingTalkApplication, SyncRun } from './model';
import { Problem } from './problem';

/** Also signs in. */
export const createFirstAdministrator = (body: { token: string; username: string; password: string }) =>
  answer(client.POST('/setup', { body }));

export const createSession = (body: { username: string; password: string }) =>
  answer(client.POST('/sessions', { body }));

export const deleteCurrentSession = () => answer(client.DELETE('/sessions/current'));

export const getMe = () => answer(client.GET('/me'));

export const changePassword = (body: { currentPassword: string; newPassword: string }) =>
  answer(client.POST('/me/password', { body }));

export const listTenants = (cursor?: string) =>
  answer(client.GET('/tenants', { params: { query: { limit: 50, ...(cursor && { cursor }) } } }));

export const createTenant = (body: { name: string }) => answer(client.POST('/tenants', { body }));

/** The tenant's DingTalk application, or nothing while there is none. */
export async function getDingTalkApplication(tenantId: number): Promise<DingTalkApplication | null> {
  try {
    return await answer(client.GET('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId } } }));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export const putDingTalkApplication = (tenantId: number, body: PutDingTalkApplication) =>
  answer(client.PUT('/tenants/{tenantId}/dingtalk', { params: { path: { tenantId } }, body }));

export const createSyncRun = (tenantId: number) =>
  answer(client.POST('/tenants/{tenantId}/syncRuns', { params: { path: { tenantId } }, body: { mode: 'apply' } }));

/** The tenant's newest run, or nothing while there was none. */
export async function getLatestSyncRun(tenantId: number): Promise<SyncRun | null> {
  const params = { path: { tenantId }, query: { limit: 1 } };
  const page = await answer(client.GET('/tenants/{tenantId}/syncRuns', { params }));
  return page.items[0] ?? null;
}
