import { Card, Flex } from 'antd';
import { useTexts } from '../../i18n';
import { Loading } from '../../shared/Loading';
import { PageHead } from '../../shared/PageHead';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useFilters } from '../../shared/useFilters';
import { useTenantId } from '../tenants/useTenantId';
import { DepartmentTree } from './DepartmentTree';
import styles from './directory.module.css';
import { MemberDrawer } from './MemberDrawer';
import { MemberTable } from './MemberTable';
import { useDepartments } from './useDepartments';

/** Who belongs where: the department tree, the people, and one person in full. */
export function OrganisationPage() {
  const { directory } = useTexts();
  const tenantId = useTenantId();
  const departments = useDepartments(tenantId);
  const [filters, change] = useFilters('q', 'department', 'status', 'sub', 'member');
  const { branches } = departments;
  return (
    <Flex vertical gap={20}>
      <PageHead title={directory.title} intro={directory.intro} />
      <ProblemAlert error={departments.error} onRetry={() => void departments.refetch()} />
      {departments.isPending && <Loading />}
      {branches && (
        <div className={styles.columns}>
          <Card size="small" title={directory.departments}>
            <DepartmentTree branches={branches} selected={filters.department} onSelect={(department) => change({ department })} />
          </Card>
          <MemberTable tenantId={tenantId} branches={branches} filters={filters} onChange={change} />
        </div>
      )}
      {branches && (
        <MemberDrawer
          tenantId={tenantId}
          memberId={filters.member}
          branches={branches}
          onClose={() => change({ member: undefined })}
        />
      )}
    </Flex>
  );
}
