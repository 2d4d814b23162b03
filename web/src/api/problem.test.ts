import { describe, expect, it, vi } from 'vitest';
import { answer, client } from './client';
import { isSignedOut, Problem } from './problem';

const me = () => answer(client.GET('/me'));
const create = () => answer(client.POST('/tenants', { body: { name: 'x' } }));

function reply(status: number, body: string | null) {
  return vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status }));
}

describe('a failed call', () => {
  it('carries what the problem document says', async () => {
    reply(409, JSON.stringify({ code: 'appKeyTaken', detail: 'AppKey重复', requestId: 'r1' }));
    const failure: unknown = await create().catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 409, code: 'appKeyTaken', detail: 'AppKey重复', requestId: 'r1' });
  });

  it('survives an answer that is no problem document', async () => {
    reply(502, '<html>Bad gateway</html>');
    await expect(me()).rejects.toMatchObject({ status: 502, code: 'http502', detail: '' });
  });

  it('says so when no answer came', async () => {
    vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('network'));
    await expect(me()).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('knows when nobody is signed in', () => {
    expect(isSignedOut(Problem.of(401, null))).toBe(true);
    expect(isSignedOut(Problem.of(403, null))).toBe(false);
    expect(isSignedOut(new Error('other'))).toBe(false);
  });
});

it('carries the language of the pages, and survives an answer without a body', async () => {
  document.documentElement.lang = 'en';
  const fetch = reply(204, null);
  const body = { currentPassword: 'c', newPassword: 'n' };
  await expect(answer(client.POST('/me/password', { body }))).resolves.toBeUndefined();
  const request = fetch.mock.calls[0]?.[0] as Request;
  expect(new URL(request.url).pathname).toBe('/api/v1/me/password');
  expect(request.headers.get('Accept-Language')).toBe('en');
  expect(await request.json()).toEqual(body);
});
