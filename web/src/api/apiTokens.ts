/** API tokens: how programs come in. */
import { answer, client } from './client';
import type { CreateApiToken } from './model';

export const listApiTokens = (tenantId: number, cursor?: string) =>
  answer(client.GET('/tenants/{tenantId}/apiTokens', { params: { path: { tenantId }, query: { limit: 50, ...(cursor && { cursor }) } } }));

/** The only answer that holds the token itself. */
export const createApiToken = (tenantId: number, body: CreateApiToken) =>
  answer(client.POST('/tenants/{tenantId}/apiTokens', { params: { path: { tenantId } }, body }));

export const revokeApiToken = (tenantId: number, tokenId: string) =>
  answer(client.DELETE('/tenants/{tenantId}/apiTokens/{tokenId}', { params: { path: { tenantId, tokenId } } }));
