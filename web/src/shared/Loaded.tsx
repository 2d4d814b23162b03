import { Result } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Problem } from '../api';
import { useTexts } from '../i18n';
import { Loading } from './Loading';
import { ProblemAlert } from './ProblemAlert';

/** What this needs of a query. */
interface Query<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/**
 * What a query brought, or why it is not there: on its way, not permitted, not found, failed. What was there before stays
 * in sight while a repetition fails.
 */
export function Loaded<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
  const { data, error } = query;
  if (data === undefined && error === null) return <Loading />;
  if (data === undefined) return <Refused error={error} onRetry={() => void query.refetch()} />;
  return (
    <>
      {error !== null && <ProblemAlert error={error} onRetry={() => void query.refetch()} />}
      {children(data)}
    </>
  );
}

function Refused({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const { problem } = useTexts();
  const status = error instanceof Problem ? error.status : 0;
  const home = <Link to="/">{problem.backHome}</Link>;
  if (status === 403) return <Result status="403" title={problem.forbiddenTitle} subTitle={problem.forbidden} extra={home} />;
  if (status === 404) return <Result status="404" title={problem.notThere} subTitle={error?.message} extra={home} />;
  return <ProblemAlert error={error} onRetry={onRetry} />;
}
