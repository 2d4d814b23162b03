import { Alert, Button } from 'antd';
import { Problem } from '../api';
import { useTexts, type Dictionary } from '../i18n';

/** What failed, in a sentence, with what to quote when asking for help. Shows nothing while nothing failed. */
export function ProblemAlert({ error, onRetry }: { error: Error | null; onRetry?: () => void }) {
  const texts = useTexts();
  if (error === null) return null;
  const requestId = error instanceof Problem ? error.requestId : undefined;
  const isForbidden = error instanceof Problem && error.status === 403;
  return (
    <Alert
      type={isForbidden ? 'warning' : 'error'}
      showIcon
      title={isForbidden ? texts.problem.forbiddenTitle : problemText(error, texts)}
      description={isForbidden ? texts.problem.forbidden : requestId && texts.requestId(requestId)}
      action={onRetry && !isForbidden && <Button onClick={onRetry}>{texts.retry}</Button>}
    />
  );
}

/** The sentence for a failed call: the server's own, or ours when it gave none. */
export function problemText(error: Error, texts: Dictionary): string {
  if (!(error instanceof Problem)) return texts.problem.title;
  if (error.status === 0) return texts.problem.unreachable;
  return error.detail || texts.problem.unexpected(error.status);
}
