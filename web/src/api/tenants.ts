/** The tenants of this server. */
import { answer, client } from './client';
import type { ChangeTenant } from './model';

/** Those whose name contains the text, or all that this account administers. */
export const listTenants = (cursor?: string, name?: string) =>
  answer(client.GET('/tenants', { params: { query: { limit: 50, ...(cursor && { cursor }), ...(name && { name }) } } }));

export const createTenant = (body: { name: string; houseNumber?: string }) => answer(client.POST('/tenants', { body }));

export const getTenant = (tenantId: number) =>
  answer(client.GET('/tenants/{tenantId}', { params: { path: { tenantId } } }));

export const changeTenant = (tenantId: number, body: ChangeTenant) =>
  answer(client.PATCH('/tenants/{tenantId}', { params: { path: { tenantId } }, body }));

/** Draws a new house number by chance. */
export const rotateHouseNumber = (tenantId: number) =>
  answer(client.POST('/tenants/{tenantId}/rotateHouseNumber', { params: { path: { tenantId } } }));
