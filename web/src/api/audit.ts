/** Who did what: of a tenant, or of the whole server. */
import { answer, client } from './client';
import type { AuditQuery } from './model';

/** Entries of a tenant, or of everywhere when none is named; the newest first. */
export const listAuditEntries = (tenantId: number | undefined, query: AuditQuery, cursor?: string) => {
  const page = { ...query, limit: 50, ...(cursor && { cursor }) };
  return tenantId === undefined
    ? answer(client.GET('/audit', { params: { query: page } }))
    : answer(client.GET('/tenants/{tenantId}/audit', { params: { path: { tenantId }, query: page } }));
};

/** The same entries as a file; that it was taken is written down, too. */
export const exportAuditEntries = (tenantId: number | undefined, query: AuditQuery) =>
  tenantId === undefined
    ? answer(client.GET('/audit.csv', { params: { query }, parseAs: 'blob' }))
    : answer(client.GET('/tenants/{tenantId}/audit.csv', { params: { path: { tenantId }, query }, parseAs: 'blob' }));
