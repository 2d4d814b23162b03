import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { App } from './App';
import { router } from './routes';

/** A server that knows one administrator and one tenant. */
function server() {
  const state = { isSignedIn: false, calls: [] as string[] };
  vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
    const { method, url } = input as Request;
    const { pathname, search } = new URL(url);
    const name = `${method} ${pathname}${search}`;
    state.calls.push(name);
    return Promise.resolve(answer(name));
  });
  const problem = (status: number, detail: string) => Response.json({ detail, code: 'x' }, { status });
  const answer = (name: string): Response => {
    if (name === 'POST /api/v1/sessions' || name === 'POST /api/v1/setup') {
      state.isSignedIn = true;
      return Response.json({ expiresAt: '', account: {}, passwordChangeRequired: false }, { status: 201 });
    }
    if (!state.isSignedIn) return problem(401, 'sign in');
    if (name === 'DELETE /api/v1/sessions/current') {
      state.isSignedIn = false;
      return new Response(null, { status: 204 });
    }
    if (name === 'GET /api/v1/me') return Response.json({ account: { id: 'a', username: 'admin' } });
    const tenant = { id: 1000, name: '示例公司', houseNumber: 'A1B2C3', status: 'active', settings: {} };
    if (name === 'GET /api/v1/tenants/1000') return Response.json(tenant);
    if (name.startsWith('GET /api/v1/tenants?'))
      return Response.json({ items: [tenant] });
    if (name.endsWith('/dingtalk')) return problem(404, 'none');
    if (name.includes('/conflicts?')) return Response.json({ items: [] });
    return problem(500, name);
  };
  return state;
}

/** Pastes over what is there: typing renders the page once a letter. */
async function fill(field: HTMLElement, text: string) {
  await userEvent.clear(field);
  await userEvent.paste(text);
}

beforeEach(async () => {
  localStorage.setItem('menpai.language', 'zh-CN');
  await router.navigate('/', { replace: true });
});

it('asks a stranger to sign in, shows the only tenant, and lets go again', async () => {
  const { calls } = server();
  render(<App />);
  await fill(await screen.findByLabelText('账号（手机号）'), 'admin');
  await fill(screen.getByLabelText('密码'), 'correct horse');
  await userEvent.click(screen.getByRole('button', { name: /登\s*录/ }));
  expect(await screen.findByText('示例公司 (1000)')).toBeTruthy();
  expect((await screen.findByRole<HTMLButtonElement>('button', { name: '同步' })).disabled).toBe(true);
  calls.length = 0;
  await userEvent.click(screen.getByRole('button', { name: '账号 admin' }));
  await userEvent.click(await screen.findByText('退出登录'));
  expect(await screen.findByLabelText('账号（手机号）')).toBeTruthy();
  // What was shown does not ask for itself again; whether somebody is signed in may be asked.
  expect(calls.filter((call) => !call.endsWith('/me'))).toEqual(['DELETE /api/v1/sessions/current']);
});

it('creates the first administrator only when both passwords agree', async () => {
  const { calls } = server();
  await router.navigate('/setup?token=once');
  render(<App />);
  await fill(await screen.findByLabelText('账号名'), 'admin');
  await fill(screen.getByLabelText('密码'), 'correct horse');
  await fill(screen.getByLabelText('再输一次'), 'correct hose');
  await userEvent.click(screen.getByRole('button', { name: '创建并登录' }));
  expect(await screen.findByText('两次输入的密码不一致')).toBeTruthy();
  expect(calls).not.toContain('POST /api/v1/setup');
  await fill(screen.getByLabelText('再输一次'), 'correct horse');
  await userEvent.click(screen.getByRole('button', { name: '创建并登录' }));
  expect(await screen.findByText('示例公司 (1000)')).toBeTruthy();
  expect(calls.filter((call) => call.startsWith('POST'))).toEqual(['POST /api/v1/setup']);
});

it('speaks English when asked to', async () => {
  server();
  render(<App />);
  await userEvent.click(await screen.findByRole('button', { name: 'English' }));
  expect(await screen.findByLabelText('Account (mobile number)')).toBeTruthy();
  expect(document.documentElement.lang).toBe('en');
});
