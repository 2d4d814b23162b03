/** Whether the server can work, as an operator's monitor asks it too: open to everybody, and no part of the API's specification. */
import { Problem } from './problem';

export type Health = 'ok' | 'warning' | 'error';

/** Each part with the figures that it was judged by. */
export interface Readiness {
  status: 'ok' | 'unavailable';
  parts: {
    store: { status: Health };
    jobs: { status: Health; lookedSecondsAgo: number; behindSeconds: number };
    /** In bytes, as text: a disk can be larger than a number here is exact. */
    disk: { status: Health; freeBytes: string | null };
    backup: { status: Health; ageSeconds: number | null; lastAttemptFailed: boolean };
  };
}

/** A server that is not ready says so with 503 and the same document. */
export async function getReadiness(): Promise<Readiness> {
  const response = await fetch('/readyz').catch(() => {
    throw Problem.unreachable();
  });
  if (!response.ok && response.status !== 503) throw Problem.of(response.status, undefined);
  return (await response.json()) as Readiness;
}
