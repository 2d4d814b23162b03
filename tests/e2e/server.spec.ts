// The server's own pages, webhooks, and the one-time link for a new password, clicked in both languages.
import { expectAccessible } from './support/accessibility.ts';
import { people } from './support/people.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a backup is made, verified, planned and deleted', async ({ page, texts, signIn }) => {
      const { backups, health, tabs } = texts.system;
      await signIn();
      await page.goto('/system');
      await expect(page.getByText(health.store.ok)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('tab', { name: tabs.backups }).click();
      await expect(page).toHaveURL(/tab=backups/);
      await page.getByRole('button', { name: backups.create }).click();
      const list = page.getByRole('table', { name: backups.title });
      await expect(list.getByText(backups.statuses.succeeded).first()).toBeVisible();
      await list.getByRole('button', { name: backups.verify }).first().click();
      const verdict = page.getByRole('dialog', { name: backups.sound });
      await expect(verdict).toBeVisible();
      await verdict.getByRole('button').last().click();
      const download = page.waitForEvent('download');
      await list.getByRole('link', { name: backups.download }).first().click();
      expect((await download).suggestedFilename()).not.toBe('');

      await page.getByText(texts.schedule.dailyAt, { exact: true }).click();
      await page.getByLabel(backups.plan.keep).fill('9');
      await page.getByRole('button', { name: texts.save }).click();
      await expect(page.getByText(backups.plan.saved)).toBeVisible();
      await page.reload();
      await expect(page.getByLabel(backups.plan.keep)).toHaveValue('9');
      await expectAccessible(page);

      const before = await list.getByRole('button', { name: backups.delete, exact: true }).count();
      await list.getByRole('button', { name: backups.delete, exact: true }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: backups.delete, exact: true }).click();
      await expect(list.getByRole('button', { name: backups.delete, exact: true })).toHaveCount(before - 1);
    });

    test('a webhook is made, its secret shown once, tried, switched off and deleted', async ({ page, appliance, texts, signIn }) => {
      const { webhooks } = texts.integrations;
      const { tenantId } = await appliance.tenant(`webhooks ${language}`, 3);
      await signIn();
      await page.goto(`/tenants/${tenantId}/integrations?tab=webhooks`);
      await expect(page.getByText(webhooks.empty)).toBeVisible();
      await page.getByRole('button', { name: webhooks.create }).click();
      const form = page.getByRole('dialog');
      // An address that nobody answers at: the guard or the name service refuses it, and that is told.
      await form.getByLabel(webhooks.url, { exact: true }).fill('https://hooks.example.invalid/menpai');
      await form.getByLabel(webhooks.events['sync.finished']).check();
      await form.getByRole('button', { name: webhooks.create }).click();
      await expect(page.getByText(webhooks.once)).toBeVisible();
      await expectAccessible(page);
      await form.getByRole('button', { name: texts.close }).last().click();
      await page.getByRole('button', { name: webhooks.ping }).click();
      const told = page.getByRole('dialog', { name: webhooks.deliveries });
      await expect(told.getByText(webhooks.events.ping)).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      const hook = page.getByRole('switch');
      await hook.click();
      await expect(hook).not.toBeChecked();
      await page.getByRole('button', { name: webhooks.delete, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: webhooks.delete, exact: true }).click();
      await expect(page.getByText(webhooks.empty)).toBeVisible();
    });

    test('a one-time link gives a new password', async ({ page, appliance, texts, signIn }) => {
      const { reset } = texts.session;
      const { tenant, members } = await people(appliance, `links ${language}`);
      const [forgetful] = members;
      if (forgetful === undefined) throw new Error('nobody has a number');
      const { path } = await appliance.call<{ path: string }>('POST', `/tenants/${tenant.tenantId}/members/${forgetful.id}/passwordLink`);
      expect(path).toMatch(/^\/reset#/);
      await page.goto(path);
      await expectAccessible(page);
      const choose = async () => {
        await page.getByLabel(texts.session.next, { exact: true }).fill('a brand new secret');
        await page.getByLabel(texts.password.again).fill('a brand new secret');
        await page.getByRole('button', { name: reset.submit }).click();
      };
      await choose();
      await expect(page.getByText(reset.done)).toBeVisible();
      await expectAccessible(page);
      await signIn({ username: forgetful.username, password: 'a brand new secret' });
      await expect(page.getByText(texts.shell.employees)).toBeVisible();
      // Once, and no second time.
      await page.goto('/reset');
      await expect(page.getByText(reset.noToken)).toBeVisible();
      await page.goto(path);
      await choose();
      await expect(page.getByRole('alert')).toBeVisible();
    });

    test('a platform administrator is made and unmade', async ({ page, appliance, texts, signIn }) => {
      const { administrators, system } = texts;
      const { tenant, members } = await people(appliance, `administration ${language}`);
      const [person] = members;
      if (person === undefined) throw new Error('nobody has a number');
      await signIn();
      // Whoever administers the platform must have chosen a password: the default one is known to others.
      const { path } = await appliance.call<{ path: string }>('POST', `/tenants/${tenant.tenantId}/members/${person.id}/passwordLink`);
      await appliance.call('POST', '/passwordLinks/use', { token: path.split('#')[1], newPassword: 'chosen by myself' });
      await page.goto('/system?tab=administrators');
      await expect(page.getByRole('tab', { name: system.tabs.administrators })).toHaveAttribute('aria-selected', 'true');
      // No tenant was opened yet: whose people are searched is chosen here.
      await page.getByRole('combobox', { name: administrators.tenant }).fill(tenant.name);
      await page.getByTitle(`${tenant.name} (${tenant.tenantId})`).click();
      await page.getByRole('combobox', { name: administrators.person }).fill(person.name);
      await page.getByTitle(new RegExp(person.name)).first().click();
      await page.getByRole('button', { name: administrators.give }).click();
      await page.getByRole('dialog').getByRole('button', { name: administrators.give }).click();
      // The platform knows accounts, not the names that tenants have for people.
      const take = page.getByRole('button', { name: `${administrators.take} ${person.username}` });
      await expect(take).toBeVisible();
      await expectAccessible(page);
      await take.click();
      await page.getByRole('dialog').getByRole('button', { name: administrators.take }).click();
      await expect(take).toHaveCount(0);
      await page.goto('/audit?action=administrator');
      await expect(page.getByRole('row').filter({ hasText: 'administrator.take' }).getByText(person.name).first()).toBeVisible();
      await expectAccessible(page);
    });

    test('the month’s meter and the settings about messages', async ({ page, appliance, texts, signIn }) => {
      const { usage } = texts.messages;
      const { tenantId } = await appliance.tenant(`meter ${language}`, 3);
      await signIn();
      await page.goto(`/tenants/${tenantId}/messages`);
      await page.getByRole('button', { name: usage.title }).click();
      await page.getByLabel(usage.monthlyCalls).fill('100');
      await page.getByLabel(usage.keptDays).fill('30');
      await page.getByRole('button', { name: texts.save }).click();
      await expect(page.getByText(usage.saved)).toBeVisible();
      await expect(page.getByText(new RegExp(usage.used('\\d+', '100')))).toBeVisible();
      await expectAccessible(page);
    });
  });
}
