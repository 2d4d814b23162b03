// Tenants, one's own tenant, its administrators and tokens, the audit, the own account.
import { expectAccessible } from './support/accessibility.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a tenant is made, named, given a new house number and switched off', async ({ page, texts, signIn }) => {
      const { tenants } = texts;
      const name = `Made by hand ${language}`;
      await signIn();
      await page.goto('/tenants');
      await expectAccessible(page);
      await page.getByRole('button', { name: tenants.create }).click();
      const form = page.getByRole('dialog', { name: tenants.create });
      await form.getByLabel(tenants.name).fill(name);
      await form.getByLabel(tenants.houseNumber).fill(language === 'en' ? 'e2eaa1' : 'e2eaa2');
      await form.getByRole('button', { name: tenants.create }).click();
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
      await expectAccessible(page);

      await page.goto(`${page.url().replace(/\/$/, '')}/settings`);
      const plate = page.getByRole('img', { name: new RegExp(`^${tenants.houseNumber} `) });
      await expect(plate).toHaveText(language === 'en' ? 'E2EAA1' : 'E2EAA2');
      await expectAccessible(page);
      await page.getByRole('button', { name: tenants.mine.rotate }).click();
      await page.getByRole('dialog').getByRole('button', { name: tenants.mine.rotate }).click();
      await expect(plate).not.toHaveText(/E2EAA/);
      await page.getByRole('button', { name: tenants.mine.disable }).click();
      await page.getByRole('dialog').getByRole('button', { name: tenants.mine.disable }).click();
      await expect(page.getByText(tenants.statuses.disabled, { exact: true })).toBeVisible();
    });

    test('a token is shown once and revoked', async ({ page, appliance, texts, signIn }) => {
      const { tokens } = texts.integrations;
      const { tenantId } = await appliance.tenant(`tokens ${language}`, 3);
      await signIn();
      await page.goto(`/tenants/${tenantId}/integrations`);
      await expectAccessible(page);
      await page.getByRole('button', { name: tokens.create }).click();
      await page.getByLabel(tokens.name, { exact: true }).fill('attendance');
      await page.getByLabel(tokens.scopeNames['directory:read']).check();
      await page.getByRole('dialog').getByRole('button', { name: tokens.create }).click();
      await expect(page.getByText(tokens.once)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: texts.close }).last().click();
      await page.getByRole('button', { name: `${tokens.revoke} attendance` }).click();
      await page.getByRole('dialog').getByRole('button', { name: tokens.revoke }).click();
      await expect(page.getByText(tokens.empty)).toBeVisible();
    });

    test('departments that are left out stand there by name', async ({ page, appliance, texts, signIn }) => {
      const { scope } = texts.dingtalk;
      const { tenantId } = await appliance.tenant(`left out ${language}`, 30);
      const live = `/tenants/${tenantId}/dingtalk/departments`;
      const [top] = (await appliance.call<{ items: { deptId: string }[] }>('GET', live)).items;
      const { items } = await appliance.call<{ items: { deptId: string; name: string }[] }>('GET', `${live}?parent=${top?.deptId ?? ''}`);
      const left = items.find(({ deptId }) => !deptId.startsWith('-'));
      if (left === undefined) throw new Error('there is only one department');
      // Larger than what JavaScript counts to.
      const gone = '9007199254740993';
      await appliance.call('PATCH', `/tenants/${tenantId}`, { settings: { excludedDepartments: [left.deptId, gone] } });
      await signIn();
      await page.goto(`/tenants/${tenantId}/dingtalk?tab=scope`);
      await expect(page.getByText(left.name, { exact: true })).toBeVisible();
      await expect(page.getByText(scope.gone(gone))).toBeVisible();
      await expectAccessible(page);
    });

    test('the audit, the account and the server are open to be looked at', async ({ page, appliance, texts, signIn }) => {
      const { tenantId } = await appliance.tenant(`audit ${language}`, 3);
      await signIn();
      for (const [path, title] of [
        [`/tenants/${tenantId}/audit`, texts.audit.title],
        ['/audit', texts.audit.title],
        ['/account', texts.session.account.title],
        ['/system', texts.system.title],
      ] as const) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
        await expect(page.getByRole('main').locator('.ant-spin-spinning')).toHaveCount(0);
        await expectAccessible(page);
      }
      await page.goto(`/tenants/${tenantId}/audit`);
      await page.getByRole('searchbox', { name: texts.audit.search }).fill('dingtalk.configure');
      await expect(page.getByRole('cell', { name: /dingtalk\.configure/ })).toHaveCount(1);
    });
  });
}
