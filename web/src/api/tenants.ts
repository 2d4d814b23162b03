/** The tenants of this server. */
import { answer, client } from './client';

export const listTenants = (cursor?: string) =>
  answer(client.GET('/tenants', { params: { query: { limit: 50, ...(cursor && { cursor }) } } }));

export const createTenant = (body: { name: string }) => answer(client.POST('/tenants', { body }));
