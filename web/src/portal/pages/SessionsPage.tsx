import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endMyOtherSessions, endMySession, listMySessions } from '../api';
import { useLanguage } from '../i18n';
import { deviceOf } from '../../shared/device';
import { Notice } from '../parts/Notice';
import { Button } from '../parts/forms';
import { moment } from '../parts/formats';
import { Failed, Loading, ProblemText } from '../parts/states';
import { Title } from '../parts/Title';
import list from '../parts/list.module.css';

const SESSIONS = ['sessions'];

/** Where I am signed in, and the way to end it. */
export function SessionsPage() {
  const { texts, language } = useLanguage();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: SESSIONS });
  const sessions = useQuery({ queryKey: SESSIONS, queryFn: listMySessions });
  const end = useMutation({ mutationFn: endMySession, onSettled: again });
  const endOthers = useMutation({ mutationFn: endMyOtherSessions, onSettled: again });
  if (sessions.isPending) return <Loading />;
  if (sessions.error) return <Failed error={sessions.error} onRetry={() => void sessions.refetch()} />;
  const problem = end.error ?? endOthers.error;
  const { items } = sessions.data;
  return (
    <>
      <Title>{texts.sessions}</Title>
      <p className={list.quiet}>{texts.sessionsHint}</p>
      {problem && (
        <Notice kind="error">
          <ProblemText error={problem} />
        </Notice>
      )}
      {endOthers.isSuccess && <Notice kind="done">{texts.endedOthers}</Notice>}
      <ul className={list.list}>
        {items.map(({ id, method, address, userAgent, lastUsedAt, current }) => (
          <li key={id}>
            <div className={list.person}>
              <p>
                {texts.signedInBy[method] ?? method}
                {current && <span className={list.badge}>{texts.thisSession}</span>}
              </p>
              <small>{texts.lastUsed(moment(lastUsedAt, language))}</small>
              {address && <p className={list.quiet}>{address}</p>}
              {userAgent && <p className={list.quiet}>{deviceOf(userAgent)}</p>}
            </div>
            {!current && (
              <Button kind="quiet" isBusy={end.isPending} onClick={() => end.mutate(id)}>
                {texts.endSession}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {items.some((session) => !session.current) && (
        <Button kind="quiet" isBusy={endOthers.isPending} onClick={() => endOthers.mutate()}>
          {texts.endOthers}
        </Button>
      )}
    </>
  );
}
