import { useParams } from 'react-router';

/** The tenant that the page's address names. */
export function useTenantId(): number {
  return Number(useParams<'tenantId'>().tenantId);
}
