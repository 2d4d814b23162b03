// Every way into the employees' portal, on a phone of 360 pixels: inside DingTalk, by scanning, with a password.
import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { insideDingTalk, USER_AGENT } from './support/dingtalk-client.ts';
import { company, PHONE, portalTexts, typed } from './support/portal.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

const CHOSEN = 'violet harbour 42 lamps';

/** Nothing may be wider than the phone. */
async function expectToFit(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, page.url()).toBeLessThanOrEqual(PHONE.width);
}

for (const language of LANGUAGES) {
  const texts = portalTexts(language);

  test.describe(`${language}, on a phone`, () => {
    test.use({ language, viewport: PHONE });

    test('a password opens the portal, after the default one was changed', async ({ page, appliance }) => {
      const { tenantId, houseNumber, employee } = await company(appliance, '小店');
      const deep = `/tenantId/${tenantId}/colleagues?q=${encodeURIComponent(employee.name)}`;
      await page.goto(deep);
      await expect(page.getByRole('heading', { name: texts.signIn })).toBeVisible();
      await expectAccessible(page);
      await expectToFit(page);
      await page.getByLabel(texts.account).fill(typed(employee.mobile));
      await page.getByLabel(texts.passwordField).fill('a wrong guess');
      await page.getByRole('button', { name: texts.withPassword }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      const byDefault = houseNumber + typed(employee.mobile);
      await page.getByLabel(texts.passwordField).fill(byDefault);
      await page.getByRole('button', { name: texts.withPassword }).click();
      await expect(page.getByText(texts.changeRequired)).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel(texts.currentPassword).fill(byDefault);
      await page.getByLabel(texts.newPassword, { exact: true }).fill(CHOSEN);
      await page.getByLabel(texts.repeatPassword).fill('something else');
      await page.getByRole('button', { name: texts.save }).click();
      await expect(page.getByText(texts.passwordsDiffer)).toBeVisible();
      await page.getByLabel(texts.repeatPassword).fill(CHOSEN);
      await page.getByRole('button', { name: texts.save }).click();
      // The deep link survived both.
      await expect(page.getByRole('list', { name: texts.people }).getByText(employee.name).first()).toBeVisible();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(deep);
      await expectAccessible(page);
      await expectToFit(page);
    });

    test('every page fits and can be used', async ({ page, context, appliance }) => {
      const tenant = await company(appliance, '小店');
      const { tenantId, employee } = tenant;
      await signInByCode(page, appliance, tenant, employee.userid);
      const message = { content: { type: 'text', text: '今天下午三点开会' }, audience: { everyone: true } };
      await appliance.call('POST', `/tenants/${tenantId}/messages`, message);
      for (const [path, heading] of [
        ['', texts.welcome(employee.name)],
        ['/colleagues', texts.colleagues],
        ['/messages', texts.messages],
        ['/me', employee.name],
        ['/sessions', texts.sessions],
        ['/password', texts.changeTitle],
        ['/nowhere', texts.notFoundTitle],
      ] as const) {
        await page.goto(`/tenantId/${tenantId}${path}`);
        await expect(page.getByRole('heading', { level: 1, name: heading, exact: true })).toBeVisible();
        await expectAccessible(page);
        await expectToFit(page);
      }
      await page.goto(`/tenantId/${tenantId}/messages`);
      await expect(async () => {
        await page.reload();
        await expect(page.getByText('今天下午三点开会')).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await page.getByRole('link', { name: texts.mine, exact: true }).click();
      await page.getByRole('button', { name: texts.signOut }).click();
      await expect(page.getByRole('heading', { name: texts.signIn })).toBeVisible();
      expect((await context.cookies()).filter(({ name }) => name === 'menpai_session')).toEqual([]);
    });

    test('scanning leads through DingTalk’s page and back to where one was', async ({ page, appliance }) => {
      const { tenantId, employee } = await company(appliance, '小店');
      const deep = `/tenantId/${tenantId}/messages`;
      await page.goto(deep);
      await page.getByRole('button', { name: texts.scan }).click();
      await page.waitForURL((url) => url.origin === appliance.dingtalk);
      await page.getByPlaceholder('姓名 / userid').fill(employee.userid);
      await page.getByPlaceholder('姓名 / userid').press('Enter');
      await page.locator(`a[href*="sim_user=${employee.userid}"]`).first().click();
      await page.waitForURL((url) => url.pathname === deep);
      await expect(page.getByRole('heading', { level: 1, name: texts.messages })).toBeVisible();
      expect(new URL(page.url()).search, 'neither a code nor a state stays in the address').toBe('');
      await page.getByRole('link', { name: texts.home }).click();
      await expect(page.getByRole('heading', { name: texts.welcome(employee.name) })).toBeVisible();
    });

    test('who says no on DingTalk’s page stays outside and can try again', async ({ page, appliance }) => {
      const { tenantId } = await company(appliance, '小店');
      await page.goto(`/tenantId/${tenantId}`);
      await page.getByRole('button', { name: texts.scan }).click();
      await page.getByRole('link', { name: /Deny/ }).click();
      await expect(page.getByText(texts.scanRefused)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: texts.back }).click();
      await expect(page.getByRole('button', { name: texts.scan })).toBeVisible();
    });

    test('a forged answer of DingTalk’s page opens nothing', async ({ page, appliance }) => {
      const { tenantId, clientId, employee } = await company(appliance, '小店');
      const body = { clientId, userid: employee.userid, web: true };
      const { code } = await appliance.control<{ code: string }>('POST', '/codes', body);
      await page.goto(`/tenantId/${tenantId}?authCode=${code}&state=forged`);
      await expect(page.getByRole('alert')).toBeVisible();
      expect(new URL(page.url()).search).toBe('');
      await page.getByRole('button', { name: texts.back }).click();
      await expect(page.getByRole('heading', { name: texts.signIn })).toBeVisible();
    });
  });

  test.describe(`${language}, inside DingTalk`, () => {
    test.use({ language, viewport: PHONE, userAgent: USER_AGENT });

    test('the portal opens without a password, wherever one was going', async ({ page, context, appliance }) => {
      const tenant = await company(appliance, '小店');
      const asked = await insideDingTalk(context, appliance, tenant, tenant.employee.userid);
      await page.goto(`/tenantId/${tenant.tenantId}/messages`);
      await expect(page.getByRole('heading', { level: 1, name: texts.messages })).toBeVisible();
      expect(asked.map(({ parameters }) => parameters.corpId)).toEqual([tenant.corpId]);
      await page.goto(`/tenantId/${tenant.tenantId}`);
      await expect(page.getByRole('heading', { name: texts.welcome(tenant.employee.name) })).toBeVisible();
      expect(asked, 'a session that is there is used').toHaveLength(1);
      await expectAccessible(page);
    });

    test('somebody who has just joined comes in at once', async ({ page, context, appliance }) => {
      const tenant = await company(appliance, '小店');
      const newcomer = { name: '欧阳新', mobile: '13912345678', state_code: '86', departments: [{ dept_id: 1 }] };
      await appliance.control('PATCH', `/organisations/${tenant.corpId}/users/newcomer`, newcomer);
      await insideDingTalk(context, appliance, tenant, 'newcomer');
      await page.goto(`/tenantId/${tenant.tenantId}`);
      await expect(page.getByRole('heading', { name: texts.welcome('欧阳新') })).toBeVisible();
    });

    test('a refusal says what to do', async ({ page, context, appliance }) => {
      const tenant = await company(appliance, '小店');
      const { agentId, clientId, corpId } = tenant;
      const wrong = { agentId: String(agentId), clientId, corpId, clientSecret: 'not-the-secret', enabled: true };
      await appliance.call('PUT', `/tenants/${tenant.tenantId}/dingtalk`, wrong);
      await insideDingTalk(context, appliance, tenant, tenant.employee.userid);
      await page.goto(`/tenantId/${tenant.tenantId}`);
      await expect(page.getByRole('alert')).toContainText('Client Secret');
      await expectAccessible(page);
      await page.getByRole('button', { name: texts.withPassword }).click();
      await expect(page.getByLabel(texts.account)).toBeVisible();
    });
  });
}

/** Puts a session into the browser, as DingTalk's client would. */
async function signInByCode(
  page: Page,
  appliance: { control: <T>(method: string, path: string, body: Record<string, unknown>) => Promise<T> },
  { tenantId, clientId }: { tenantId: number; clientId: string },
  userid: string,
): Promise<void> {
  const { code } = await appliance.control<{ code: string }>('POST', '/codes', { clientId, userid });
  const opened = await page.request.post('/api/v1/sessions/dingtalk', { data: { tenantId, code } });
  expect(opened.status()).toBe(201);
}
