import { describe, expect, it, vi } from 'vitest';
import { call } from './http';
import { isSignedOut, Problem } from './problem';

function answer(status: number, body: string) {
  return vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status }));
}

describe('a failed call', () => {
  it('carries what the problem document says', async () => {
    answer(409, JSON.stringify({ code: 'appKeyTaken', detail: 'AppKey重复', requestId: 'r1' }));
    const failure: unknown = await call('POST', '/tenants', { name: 'x' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 409, code: 'appKeyTaken', detail: 'AppKey重复', requestId: 'r1' });
  });

  it('survives an answer that is no problem document', async () => {
    answer(502, '<html>Bad gateway</html>');
    await expect(call('GET', '/me')).rejects.toMatchObject({ status: 502, code: 'http502', detail: '' });
  });

  it('says so when no answer came', async () => {
    vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('network'));
    await expect(call('GET', '/me')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('knows when nobody is signed in', () => {
    expect(isSignedOut(Problem.of(401, null))).toBe(true);
    expect(isSignedOut(Problem.of(403, null))).toBe(false);
    expect(isSignedOut(new Error('other'))).toBe(false);
  });
});

it('sends JSON and the language of the pages, and reads an empty answer', async () => {
  document.documentElement.lang = 'en';
  const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 204 }));
  await expect(call('POST', '/me/password', { newPassword: 'n' })).resolves.toBeUndefined();
  expect(fetch).toHaveBeenCalledWith('/api/v1/me/password', {
    method: 'POST',
    headers: { 'Accept-Language': 'en', 'Content-Type': 'application/json' },
    body: '{"newPassword":"n"}',
  });
});
