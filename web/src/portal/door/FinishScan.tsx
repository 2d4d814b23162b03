import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { createDingTalkScanSession } from '../api';
import { useTexts } from '../i18n';
import { Notice } from '../parts/Notice';
import { Button } from '../parts/forms';
import { Loading, ProblemText } from '../parts/states';
import { EntryPage } from './EntryPage';
import type { ScanAnswer } from './dingtalk';
import { ME } from './useMe';

/** Exchanges what DingTalk's page sent back for a session, and goes to where one wanted to go. */
export function FinishScan({ tenantId, answer, onOver }: { tenantId: number; answer: ScanAnswer; onOver: () => void }) {
  const texts = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { code, state } = answer;
  // A query, not a mutation: however often the page is drawn, the code is exchanged once.
  const finished = useQuery({
    queryKey: ['scan', state],
    queryFn: () => createDingTalkScanSession({ tenantId, code: code ?? '', state }),
    enabled: code !== undefined,
    retry: false,
    staleTime: Infinity,
    meta: { opensTheDoor: true },
  });
  const returnTo = finished.data?.returnTo;
  useEffect(() => {
    if (returnTo === undefined) return;
    // The administrators' pages are another document.
    if (!returnTo.startsWith('/tenantId/')) {
      window.location.replace(returnTo);
      return;
    }
    void queries.resetQueries({ queryKey: ME });
    void navigate(returnTo, { replace: true });
    onOver();
  }, [returnTo, queries, navigate, onOver]);
  if (code !== undefined && !finished.error) return <Loading label={texts.entering} />;
  return (
    <EntryPage title={texts.signIn} subtitle={texts.signInTo(tenantId)}>
      <Notice kind="error">{finished.error ? <ProblemText error={finished.error} /> : texts.scanRefused}</Notice>
      <Button onClick={onOver}>{texts.back}</Button>
    </EntryPage>
  );
}
