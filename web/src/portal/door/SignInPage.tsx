import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { Problem } from '../../api/problem';
import { createDingTalkSession, getDingTalkSignIn, type Me } from '../api';
import { useTexts } from '../i18n';
import { Notice } from '../parts/Notice';
import { Button } from '../parts/forms';
import { Loading, ProblemText } from '../parts/states';
import { EntryPage } from './EntryPage';
import { PasswordForm } from './PasswordForm';
import { ScanButton } from './ScanButton';
import { corpIdOfAddress, isInDingTalk } from './dingtalk';
import { ME } from './useMe';
import styles from './SignInPage.module.css';

/** Asks a stranger in: inside DingTalk by itself, elsewhere by scanning or with a password. */
export function SignInPage({ tenantId, elsewhere }: { tenantId: number; elsewhere?: Me }) {
  const application = useQuery({
    queryKey: ['dingtalk-sign-in', tenantId],
    queryFn: () => getDingTalkSignIn(tenantId),
    staleTime: 300_000,
  });
  const [byPassword, setByPassword] = useState(false);
  if (application.isPending) return <Loading />;
  if (isInDingTalk && application.data && !byPassword) {
    const { corpId = corpIdOfAddress(), clientId } = application.data;
    return <InClient tenantId={tenantId} corpId={corpId} clientId={clientId} onGiveUp={() => setByPassword(true)} />;
  }
  return (
    <Outside
      tenantId={tenantId}
      canScan={application.data !== undefined && !isInDingTalk}
      problem={isInDingTalk || !isUnavailable(application.error) ? application.error : null}
      elsewhere={elsewhere}
    />
  );
}

/** Nobody scans in this tenant: nothing worth telling somebody who types a password. */
function isUnavailable(error: Error | null): boolean {
  return error instanceof Problem && error.code === 'dingtalkSignInUnavailable';
}

interface InClientProps {
  tenantId: number;
  corpId: string | undefined;
  clientId: string;
  onGiveUp: () => void;
}

function InClient({ tenantId, corpId, clientId, onGiveUp }: InClientProps) {
  const texts = useTexts();
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: ['in-client', tenantId],
    queryFn: async () => {
      if (!corpId) throw new ClientProblem(texts.noCorpId);
      const { authCode } = await import('./client');
      const code = await authCode(corpId, clientId).catch(() => {
        throw new ClientProblem(texts.clientFailed);
      });
      const opened = await createDingTalkSession({ tenantId, code });
      await queries.resetQueries({ queryKey: ME });
      return opened.expiresAt;
    },
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
    meta: { opensTheDoor: true },
  });
  if (!session.error || session.isFetching) return <Loading label={texts.entering} />;
  return (
    <EntryPage title={texts.signIn} subtitle={texts.signInTo(tenantId)}>
      <Notice kind="error">
        {session.error instanceof ClientProblem ? session.error.message : <ProblemText error={session.error} />}
      </Notice>
      <Button onClick={() => void session.refetch()}>{texts.withDingTalk}</Button>
      <Button kind="quiet" onClick={onGiveUp}>
        {texts.withPassword}
      </Button>
    </EntryPage>
  );
}

/** The client's part failed; the message is a sentence for the person. */
class ClientProblem extends Error {}

interface OutsideProps {
  tenantId: number;
  canScan: boolean;
  problem: Error | null;
  elsewhere: Me | undefined;
}

function Outside({ tenantId, canScan, problem, elsewhere }: OutsideProps) {
  const texts = useTexts();
  return (
    <EntryPage title={texts.signIn} subtitle={texts.signInTo(tenantId)}>
      {elsewhere && <Elsewhere me={elsewhere} />}
      {problem && (
        <Notice kind="error">
          <ProblemText error={problem} />
        </Notice>
      )}
      {canScan && (
        <>
          <ScanButton tenantId={tenantId} />
          <p className={styles.or}>{texts.or}</p>
        </>
      )}
      <PasswordForm isFirst={!canScan} />
    </EntryPage>
  );
}

function Elsewhere({ me }: { me: Me }) {
  const texts = useTexts();
  return (
    <Notice kind="info">
      <p>{me.tenants.length > 0 ? texts.notYourTenant : texts.noTenants}</p>
      <ul className={styles.tenants}>
        {me.tenants
          .filter((tenant) => tenant.memberId)
          .map((tenant) => (
            <li key={tenant.id}>
              <Link to={`/tenantId/${tenant.id}`}>{tenant.name}</Link>
            </li>
          ))}
      </ul>
    </Notice>
  );
}
