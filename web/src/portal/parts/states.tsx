import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { Problem } from '../../api/problem';
import { useTexts } from '../i18n';
import { Button } from './forms';
import styles from './states.module.css';
import { Title } from './Title';

/** Something is on its way. */
export function Loading({ label }: { label?: string }) {
  const texts = useTexts();
  return (
    <div role="status" className={styles.state}>
      <span className={styles.spinner} aria-hidden="true" />
      <p>{label ?? texts.loading}</p>
    </div>
  );
}

/** There is nothing, and that is all right. */
export function Empty({ children, hint }: { children: ReactNode; hint?: string }) {
  return (
    <div className={styles.state}>
      <p>{children}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}

/** It failed, or is not for this person. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const texts = useTexts();
  const isForbidden = error instanceof Problem && error.status === 403;
  const isMissing = error instanceof Problem && error.status === 404;
  const title = isForbidden ? texts.forbiddenTitle : isMissing ? texts.notFoundTitle : texts.failedTitle;
  return (
    <div role="alert" className={styles.state}>
      <h2>{title}</h2>
      <p>
        <ProblemText error={error} />
      </p>
      {onRetry && !isForbidden && !isMissing && (
        <Button kind="quiet" onClick={onRetry}>
          {texts.retry}
        </Button>
      )}
    </div>
  );
}

/** The address leads nowhere. */
export function NotFound() {
  const texts = useTexts();
  const { tenantId } = useParams();
  return (
    <div className={styles.state}>
      <Title>{texts.notFoundTitle}</Title>
      <p>{texts.notFound}</p>
      <Link to={tenantId && /^\d+$/.test(tenantId) ? `/tenantId/${tenantId}` : '/tenantId'}>{texts.toHome}</Link>
    </div>
  );
}

/** What the server says went wrong, and what to quote when asking for help. */
export function ProblemText({ error }: { error: Error }) {
  const texts = useTexts();
  if (!(error instanceof Problem)) return texts.failedTitle;
  const sentence = error.detail || (error.status === 0 ? texts.unreachable : texts.failedTitle);
  return (
    <>
      {sentence}
      {error.requestId && error.status >= 500 && <small className={styles.quote}>{texts.quote(error.requestId)}</small>}
    </>
  );
}
