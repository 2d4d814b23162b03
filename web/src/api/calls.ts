/** The calls of the native API that the pages make, one function each, named after the operation. */
import { call } from './http';
import type { DingTalkApplication, DingTalkApplicationInput, Me, Page, Session, SyncRun, Tenant } from './model';
import { Problem } from './problem';

export const createFirstAdministrator = (body: { token: string; username: string; password: string }) =>
  call<unknown>('POST', '/setup', body);

export const createSession = (body: { username: string; password: string }) =>
  call<Session>('POST', '/sessions', body);

export const deleteCurrentSession = () => call<unknown>('DELETE', '/sessions/current');

export const getMe = () => call<Me>('GET', '/me');

export const changePassword = (body: { currentPassword: string; newPassword: string }) =>
  call<unknown>('POST', '/me/password', body);

export const listTenants = (cursor?: string) =>
  call<Page<Tenant>>('GET', `/tenants?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

export const createTenant = (body: { name: string }) => call<Tenant>('POST', '/tenants', body);

/** The tenant's DingTalk application, or nothing while there is none. */
export async function getDingTalkApplication(tenantId: number): Promise<DingTalkApplication | null> {
  try {
    return await call<DingTalkApplication>('GET', `/tenants/${tenantId}/dingtalk`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export const putDingTalkApplication = (tenantId: number, body: DingTalkApplicationInput) =>
  call<DingTalkApplication>('PUT', `/tenants/${tenantId}/dingtalk`, body);

export const createSyncRun = (tenantId: number) =>
  call<SyncRun>('POST', `/tenants/${tenantId}/syncRuns`, { mode: 'apply' });

/** The tenant's newest run, or nothing while there was none. */
export async function getLatestSyncRun(tenantId: number): Promise<SyncRun | null> {
  const page = await call<Page<SyncRun>>('GET', `/tenants/${tenantId}/syncRuns?limit=1`);
  return page.items[0] ?? null;
}
