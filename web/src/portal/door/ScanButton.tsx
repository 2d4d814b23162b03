import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'react-router';
import { createDingTalkScan } from '../api';
import { useTexts } from '../i18n';
import { Notice } from '../parts/Notice';
import { Button } from '../parts/forms';
import { ProblemText } from '../parts/states';

/** Leads to DingTalk's page; what is open now is open again afterwards. */
export function ScanButton({ tenantId }: { tenantId: number }) {
  const texts = useTexts();
  const { pathname, search, hash } = useLocation();
  const begin = useMutation({
    mutationFn: () => createDingTalkScan({ tenantId, returnTo: pathname + search + hash }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      {begin.error && (
        <Notice kind="error">
          <ProblemText error={begin.error} />
        </Notice>
      )}
      <Button isBusy={begin.isPending || begin.isSuccess} onClick={() => begin.mutate()}>
        {texts.scan}
      </Button>
    </>
  );
}
