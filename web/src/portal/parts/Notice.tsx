import type { ReactNode } from 'react';
import styles from './Notice.module.css';

/** Something to be noticed, read out at once when it is an error. */
export function Notice({ kind, children }: { kind: 'error' | 'info' | 'done'; children: ReactNode }) {
  return (
    <div role={kind === 'error' ? 'alert' : 'status'} className={`${styles.notice ?? ''} ${styles[kind] ?? ''}`}>
      {children}
    </div>
  );
}
