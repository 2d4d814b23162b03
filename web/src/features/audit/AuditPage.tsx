import { useParams } from 'react-router';
import { AuditLog } from './AuditLog';

/** The audit of the whole server; for platform administrators. */
export function AuditPage() {
  return <AuditLog tenantId={undefined} />;
}

/** The audit of one tenant; for those who administer it. */
export function TenantAuditPage() {
  return <AuditLog tenantId={Number(useParams<'tenantId'>().tenantId)} />;
}
