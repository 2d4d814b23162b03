import { useInfiniteQuery } from '@tanstack/react-query';
import { Result } from 'antd';
import { Navigate } from 'react-router';
import { useMe } from '../features/session/useMe';
import { lastTenant } from '../features/tenants/chosenTenant';
import { isPlatform, tenantsQuery } from '../features/tenants/tenantsQuery';
import { useTexts } from '../i18n';
import { Loaded } from '../shared/Loaded';

/** The first page behind the door: the tenant that was looked at last, or the only one, or the way to make one. */
export function Home() {
  const tenants = useInfiniteQuery(tenantsQuery);
  const me = useMe().data;
  return (
    <Loaded query={tenants}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.items);
        const chosen = all.find(({ id }) => id === lastTenant()) ?? all.find((tenant) => !isPlatform(tenant));
        if (chosen !== undefined) return <Navigate to={`/tenants/${chosen.id}`} replace />;
        if (me?.account.platformAdministrator) return <Navigate to="/start" replace />;
        return <ForEmployees />;
      }}
    </Loaded>
  );
}

/** Somebody who administers nothing has a portal, not a console. */
function ForEmployees() {
  const { shell } = useTexts();
  const tenants = useMe().data?.tenants ?? [];
  return (
    <Result
      status="403"
      title={shell.employeesTitle}
      subTitle={shell.employees}
      extra={tenants.map(({ id, name }) => (
        <div key={id}>
          <a href={`/tenantId/${id}`}>{name}</a>
        </div>
      ))}
    />
  );
}
