// The whole first run: from the printed link to a tenant that synchronises by itself.
import { expectAccessible } from './support/accessibility.ts';
import { ADMINISTRATOR } from './support/appliance.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('from the setup link to the schedule', async ({ page, texts, begin }) => {
      const appliance = await begin({ administrator: false });
      const { start, setup, password, dingtalk, sync } = texts;
      const heading = (name: string) => page.getByRole('heading', { name, exact: true });
      // Left for another page, and found again at the same step.
      const leaveAndResume = async (name: string) => {
        await page.getByRole('link', { name: texts.shell.places.messages, exact: true }).click();
        await expect(heading(texts.messages.title)).toBeVisible();
        await page.goto(`${appliance.url}/`);
        await page.getByRole('link', { name: texts.shell.places.start }).click();
        await expect(heading(name)).toBeVisible();
      };
      const next = () => page.getByRole('button', { name: start.next, exact: true }).click();

      await page.goto(appliance.setupLink ?? '');
      await expectAccessible(page);
      await page.getByLabel(setup.username).fill(ADMINISTRATOR.username);
      await page.getByLabel(password.label, { exact: true }).fill(ADMINISTRATOR.password);
      await page.getByLabel(password.again).fill(ADMINISTRATOR.password);
      await page.getByRole('button', { name: setup.submit }).click();

      await expect(heading(start.tenantTitle)).toBeVisible();
      await page.goto(`${appliance.url}/`);
      await expect(heading(start.tenantTitle)).toBeVisible();
      await expect(page.getByLabel(texts.tenants.houseNumber)).toHaveValue(/^[0-9A-Z]{6}$/);
      await expectAccessible(page);
      await page.getByLabel(texts.tenants.name).fill('First Ltd');
      await page.getByRole('button', { name: start.goOn }).click();

      await expect(heading(start.steps.application.name)).toBeVisible();
      await leaveAndResume(start.steps.application.name);
      const credentials = await appliance.enterprise(25);
      await page.getByLabel(dingtalk.agentId).fill(String(credentials.agentId));
      await page.getByLabel(dingtalk.clientId).fill(credentials.clientId);
      await page.getByLabel(dingtalk.clientSecret).fill(credentials.clientSecret);
      await page.getByRole('button', { name: dingtalk.saveAndTest }).click();

      await expect(heading(start.steps.doctor.name)).toBeVisible();
      await expect(page.getByText(dingtalk.doctor.status.ok).first()).toBeVisible();
      await expectAccessible(page);
      // What was examined is done: the walk goes on with what comes after.
      await leaveAndResume(start.steps.departments.name);
      await expect(page.getByRole('radio', { name: dingtalk.scope.everything })).toBeChecked();
      await expectAccessible(page);
      await page.getByRole('button', { name: texts.save, exact: true }).click();

      await expect(heading(start.steps.sync.name)).toBeVisible();
      await leaveAndResume(start.steps.sync.name);
      await page.getByRole('button', { name: sync.preview, exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: sync.did.membersCreated('25') })).toBeVisible();
      await leaveAndResume(start.steps.sync.name);
      await expect(page.getByRole('alert').filter({ hasText: sync.did.membersCreated('25') })).toBeVisible();
      await page.getByRole('button', { name: sync.start, exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: sync.outcome.did('').slice(0, 4) })).toBeVisible();
      await expectAccessible(page);
      await next();

      await leaveAndResume(start.steps.message.name);
      const [me] = await appliance.people(credentials.corpId);
      await page.getByLabel(start.message.to, { exact: true }).fill(me?.name ?? '');
      await page.getByRole('option').or(page.locator('.ant-select-item-option')).filter({ hasText: me?.name ?? '' }).first().click();
      await page.getByRole('button', { name: start.message.send, exact: true }).click();
      await expect(page.getByText(start.message.sent)).toBeVisible();
      await expect
        .poll(async () => (await appliance.control<unknown[]>('GET', `/messages?userid=${me?.userid ?? ''}`)).length)
        .toBe(1);
      await next();

      await expect(heading(start.steps.addresses.name)).toBeVisible();
      await leaveAndResume(start.steps.addresses.name);
      await expect(page.getByText(`${appliance.url}/tenantId/1000`).first()).toBeVisible();
      await expect(page.getByRole('img', { name: dingtalk.addresses.code(`${appliance.url}/tenantId/1000`) })).toBeVisible();
      await expectAccessible(page);
      await next();

      await expect(heading(start.steps.schedule.name)).toBeVisible();
      await leaveAndResume(start.steps.schedule.name);
      await page.getByText(texts.schedule.everyHours, { exact: true }).click();
      await page.getByRole('button', { name: texts.save, exact: true }).click();
      await expect(page.getByText(dingtalk.settings.saved)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('link', { name: start.finish }).click();
      await page.waitForURL((url) => url.pathname === '/tenants/1000');
    });
  });
}
