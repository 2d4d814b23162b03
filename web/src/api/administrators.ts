/** Who administers the platform, and who a tenant. */
import { answer, client } from './client';

/** Of a tenant, or of the platform when none is named. */
export const listAdministrators = (tenantId: number | undefined, cursor?: string) => {
  const query = { limit: 50, ...(cursor && { cursor }) };
  return tenantId === undefined
    ? answer(client.GET('/administrators', { params: { query } }))
    : answer(client.GET('/tenants/{tenantId}/administrators', { params: { path: { tenantId }, query } }));
};

export const makeAdministrator = (tenantId: number | undefined, accountId: string) =>
  tenantId === undefined
    ? answer(client.PUT('/administrators/{accountId}', { params: { path: { accountId } } }))
    : answer(client.PUT('/tenants/{tenantId}/administrators/{accountId}', { params: { path: { tenantId, accountId } } }));

export const unmakeAdministrator = (tenantId: number | undefined, accountId: string) =>
  tenantId === undefined
    ? answer(client.DELETE('/administrators/{accountId}', { params: { path: { accountId } } }))
    : answer(client.DELETE('/tenants/{tenantId}/administrators/{accountId}', { params: { path: { tenantId, accountId } } }));
