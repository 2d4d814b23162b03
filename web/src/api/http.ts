import { Problem } from './problem';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One call of the native API. The session is the browser's own cookie, which scripts cannot read. */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': document.documentElement.lang };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw Problem.unreachable();
  }
  const text = await response.text();
  const answer = parse(text);
  if (!response.ok) throw Problem.of(response.status, answer);
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
