import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getMyMembership } from '../api';
import { useInside } from '../door/Door';
import { useTexts } from '../i18n';
import { Card, Details } from '../parts/Card';
import { Failed, Loading } from '../parts/states';
import { Title } from '../parts/Title';
import list from '../parts/list.module.css';

/** Who I am here, and where I belong. */
export function HomePage() {
  const texts = useTexts();
  const { tenantId } = useInside();
  const mine = useQuery({ queryKey: ['membership', tenantId], queryFn: () => getMyMembership(tenantId) });
  if (mine.isPending) return <Loading />;
  if (mine.error) return <Failed error={mine.error} onRetry={() => void mine.refetch()} />;
  const { name, title, mobile, email, jobNumber, departments, colleagues } = mine.data;
  return (
    <>
      <Title>{texts.welcome(name)}</Title>
      <Card title={texts.myDepartments}>
        {departments.length === 0 && <p className={list.quiet}>{texts.noDepartments}</p>}
        {departments.map((department) => (
          <p key={department.id}>
            {colleagues === 'nobody' ? (
              department.name
            ) : (
              <Link to={`/tenantId/${tenantId}/colleagues?departmentId=${department.id}`}>{department.name}</Link>
            )}
            {department.leader && <span className={list.badge}>{texts.leader}</span>}
          </p>
        ))}
      </Card>
      <Card title={texts.myDetails}>
        <Details
          items={[
            [texts.title, title],
            [texts.mobile, mobile],
            [texts.email, email],
            [texts.jobNumber, jobNumber],
          ]}
        />
      </Card>
    </>
  );
}
