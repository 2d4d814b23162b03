import { Card } from 'antd';
import { useTexts } from '../../i18n';
import { Loaded } from '../../shared/Loaded';
import { Page } from '../../shared/Page';
import { useFilters } from '../../shared/useFilters';
import { useTenant } from '../tenants/TenantScope';
import { DepartmentTree } from './DepartmentTree';
import styles from './directory.module.css';
import { MemberDrawer } from './MemberDrawer';
import { MemberTable } from './MemberTable';
import { useDepartments } from './useDepartments';

/** Who belongs where: the department tree, the people, and one person in full. */
export function OrganisationPage() {
  const { directory } = useTexts();
  const { id: tenantId } = useTenant();
  const departments = useDepartments(tenantId);
  const [filters, change] = useFilters('q', 'department', 'status', 'sub', 'member');
  return (
    <Page title={directory.title} intro={directory.intro}>
      <Loaded query={departments}>
        {(branches) => (
          <>
            <div className={styles.columns}>
              <Card size="small" title={directory.departments}>
                <DepartmentTree branches={branches} selected={filters.department} onSelect={(department) => change({ department })} />
              </Card>
              <MemberTable tenantId={tenantId} branches={branches} filters={filters} onChange={change} />
            </div>
            <MemberDrawer tenantId={tenantId} memberId={filters.member} branches={branches} onClose={() => change({ member: undefined })} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
