import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { deleteCurrentSession } from '../api';
import { isInDingTalk } from '../door/dingtalk';
import { useInside } from '../door/Door';
import { useTexts } from '../i18n';
import { Card } from '../parts/Card';
import { LanguageButton } from '../parts/LanguageButton';
import { Button } from '../parts/forms';
import { Failed } from '../parts/states';
import { Title } from '../parts/Title';
import list from '../parts/list.module.css';

/** Everything about my own account. */
export function MePage() {
  const texts = useTexts();
  const { tenantId, me } = useInside();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: deleteCurrentSession,
    onSuccess: async () => {
      void navigate(`/tenantId/${tenantId}`);
      queries.clear();
      await queries.resetQueries();
    },
  });
  const homes = me.tenants.filter((tenant) => tenant.memberId);
  const administers = me.tenants.some((tenant) => tenant.role === 'administrator');
  const here = `/tenantId/${tenantId}`;
  return (
    <>
      <Title>{me.account.name}</Title>
      <Card title={texts.myTenants}>
        {homes.map((tenant) => (
          <p key={tenant.id}>
            {tenant.id === tenantId ? (
              <>
                {tenant.name}
                <span className={list.badge}>{texts.current}</span>
              </>
            ) : (
              <Link to={`/tenantId/${tenant.id}`}>{tenant.name}</Link>
            )}
          </p>
        ))}
      </Card>
      <ul className={list.list}>
        {me.account.username && (
          <li>
            <Link to={`${here}/password`}>{texts.password}</Link>
          </li>
        )}
        <li>
          <Link to={`${here}/sessions`}>{texts.sessions}</Link>
        </li>
        {administers && (
          <li>
            <a href="/">{texts.console}</a>
          </li>
        )}
        <li>
          <span>{texts.language}</span>
          <LanguageButton />
        </li>
      </ul>
      {signOut.error && <Failed error={signOut.error} />}
      {!isInDingTalk && (
        <Button kind="quiet" isBusy={signOut.isPending} onClick={() => signOut.mutate()}>
          {texts.signOut}
        </Button>
      )}
    </>
  );
}
