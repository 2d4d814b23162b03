/** The tenants of this server. */
import { answer, client } from './client';
import type { ChangeTenant } from './model';

export const listTenants = (cursor?: string) =>
  answer(client.GET('/tenants', { params: { query: { limit: 50, ...(cursor && { cursor }) } } }));

export const createTenant = (body: { name: string; houseNumber?: string }) => answer(client.POST('/tenants', { body }));

export const getTenant = (tenantId: number) =>
  answer(client.GET('/tenants/{tenantId}', { params: { path: { tenantId } } }));

export const changeTenant = (tenantId: number, body: ChangeTenant) =>
  answer(client.PATCH('/tenants/{tenantId}', { params: { path: { tenantId } }, body }));
