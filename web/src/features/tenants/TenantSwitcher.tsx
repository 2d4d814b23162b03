import { useLocation, useNavigate } from 'react-router';
import { useTexts } from '../../i18n';
import { TenantSelect } from './TenantSelect';

/** Changes to another tenant and stays on the same kind of page. */
export function TenantSwitcher({ tenantId }: { tenantId: number | undefined }) {
  const { shell } = useTexts();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  // A page below the kind of page (one run, one message) belongs to the tenant that is left.
  const kind = /^\/tenants\/\d+\/([^/]+)/.exec(pathname)?.[1] ?? '';
  return (
    <TenantSelect
      label={shell.tenant}
      variant="filled"
      width="min(260px, 46vw)"
      value={tenantId}
      onChange={(id) => void navigate(`/tenants/${id}/${kind}`)}
    />
  );
}
