import { sentence } from './sentence';

/** What the server says when a call fails (RFC 9457), or that it could not be reached at all. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The stable name of what went wrong. */
    readonly code: string,
    /** A sentence for the person, in the language of the pages; empty when there was no answer. */
    readonly detail: string,
    /** What to quote when asking for help. */
    readonly requestId?: string,
  ) {
    super(detail || code);
  }

  /** No answer: the server is down, or the network between. */
  static unreachable(): Problem {
    return new Problem(0, 'unreachable', '');
  }

  /** Reads an error's body; one that is no problem document (a proxy's page) leaves only the status. */
  static of(status: number, body: unknown): Problem {
    const { code, detail, title, requestId } = isRecord(body) ? body : {};
    return new Problem(
      status,
      text(code) ?? `http${status}`,
      sentence(text(detail) ?? text(title) ?? ''),
      text(requestId),
    );
  }
}

/** Whether the failure means that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
