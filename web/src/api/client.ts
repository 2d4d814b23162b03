import createClient from 'openapi-fetch';
import { Problem } from './problem';
import type { paths } from './schema.gen';

/** The native API as its specification describes it. The session is the browser's own cookie, which scripts cannot read. */
export const client = createClient<paths>({
  baseUrl: `${window.location.origin}/api/v1`,
  fetch: (request) => globalThis.fetch(request),
});

client.use({
  // The server's sentences come in the language of the pages.
  onRequest: ({ request }) => request.headers.set('Accept-Language', document.documentElement.lang),
  onError: () => Problem.unreachable(),
});

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What the call answered; throws the {@link Problem} of one that failed. */
export async function answer<T>(call: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw Problem.of(response.status, error);
  return data as T;
}
