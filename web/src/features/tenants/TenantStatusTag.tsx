import { Tag } from 'antd';
import type { Tenant } from '../../api';
import { useTexts } from '../../i18n';

/** Whether a tenant is in use. */
export function TenantStatusTag({ status }: Pick<Tenant, 'status'>) {
  const { tenants } = useTexts();
  return <Tag color={status === 'active' ? 'success' : 'warning'}>{tenants.statuses[status]}</Tag>;
}
