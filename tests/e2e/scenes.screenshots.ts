// What opens over the pages, and the pages that have nothing to show or may not: target/screenshots.
import type { Page } from '@playwright/test';
import { everyPage } from './support/filled.ts';
import { administrator, people } from './support/people.ts';
import { settled, take } from './support/picture.ts';
import { expect, LANGUAGES, test, type Language } from './support/test.ts';

test.use({ viewport: { width: 1280, height: 800 }, actionTimeout: 30_000 });

const name = (language: Language) => (language === 'en' ? 'Example Ltd' : '示例科技有限公司');

for (const language of LANGUAGES) {
  test.describe(`scenes ${language}`, () => {
    test.use({ language, colorScheme: 'light' });

    test('what opens over the pages', async ({ page, appliance, texts, signIn }) => {
      test.setTimeout(900_000);
      const { directory, integrations, messages, tenants, dingtalk, system } = texts;
      const pages = await everyPage(appliance, name(language));
      await signIn();
      const open = async (picture: string, label: string) => {
        await page.goto(pages[picture] ?? '/');
        await settled(page);
        await page.getByRole('button', { name: label, exact: true }).first().click();
        await expect(page.getByRole('dialog')).toBeVisible();
      };
      const shoot = (scene: string) => take(page, `over-${scene}.${language}`, false);
      await open('tenants', tenants.create);
      await shoot('new-tenant');
      await open('tokens', integrations.tokens.create);
      await shoot('new-token');
      await open('webhooks', integrations.webhooks.create);
      await shoot('new-webhook');
      await open('webhooks', integrations.webhooks.deliveries);
      await shoot('webhook-deliveries');
      await open('my-tenant', tenants.mine.rotate);
      await shoot('rotate');
      await open('dingtalk-application', `${dingtalk.detach.open} ${dingtalk.title}`);
      await shoot('detach');
      await open('system-backups', system.backups.delete);
      await shoot('delete-backup');
      await open('message', messages.acts.recall);
      await shoot('recall');

      await page.goto(pages['organisation'] ?? '/');
      await page.getByRole('table').getByRole('button').first().click();
      await expect(page.getByRole('button', { name: directory.member.edit, exact: true })).toBeVisible();
      await settled(page);
      await shoot('member');
      await page.getByRole('button', { name: directory.member.edit, exact: true }).click();
      await expect(page.getByRole('dialog', { name: directory.member.editTitle })).toBeVisible();
      await shoot('edit-member');

      await page.setViewportSize({ width: 1280, height: 1400 });
      await page.goto(pages['compose'] ?? '/');
      await page.getByText(messages.types.oa, { exact: true }).click();
      await page.getByLabel(messages.fields.title, { exact: true }).fill('差旅报销');
      await page.getByLabel(messages.fields.url, { exact: true }).fill('https://oa.example.com/1');
      await page.getByLabel(messages.fields.status, { exact: true }).fill('待审批');
      await page.getByRole('combobox', { name: messages.audience.departments }).click();
      await expect(page.getByRole('tree')).toBeVisible();
      await take(page, `over-compose-form.${language}`, false);
      await page.setViewportSize({ width: 1280, height: 800 });
      for (const type of ['actionCard', 'link', 'file'] as const) {
        await page.goto(pages['compose'] ?? '/');
        await page.getByText(messages.types[type], { exact: true }).click();
        await take(page, `compose-${type}.${language}`);
      }
    });

    test('pages with nothing on them', async ({ page, appliance, signIn }) => {
      const { id } = await appliance.call<{ id: number }>('POST', '/tenants', { name: name(language) });
      await signIn();
      for (const place of ['', 'organisation', 'messages', 'messages/usage', 'dingtalk', 'integrations?tab=webhooks', 'syncRuns', 'conflicts']) {
        await page.goto(`/tenants/${id}/${place}`);
        await settled(page);
        await take(page, `empty-${place.replaceAll(/\W+/g, '-') || 'overview'}.${language}`);
      }
    });

    test('pages that are refused, missing or broken', async ({ page, appliance, texts, signIn }) => {
      const { tenant, members } = await people(appliance, name(language));
      const [promoted, employee] = members;
      if (promoted === undefined || employee === undefined) throw new Error('nobody has a number');
      await signIn(await administrator(appliance, tenant, promoted));
      await refused(page, `/system`, `forbidden.${language}`);
      await refused(page, `/tenants/${tenant.tenantId}`, `administrator-overview.${language}`);
      await page.route('**/api/v1/tenants/*/messages?*', (route) =>
        route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ detail: texts.problem.title, requestId: '01a204b2' }) }),
      );
      await refused(page, `/tenants/${tenant.tenantId}/messages`, `broken.${language}`);
      await page.goto('/nowhere');
      await expect(page.getByText(texts.problem.notFound)).toBeVisible();
      await take(page, `not-found.${language}`, false);
      await page.goto('/tenants/4000000');
      await expect(page.getByText(texts.problem.notThere)).toBeVisible();
      await take(page, `no-such-tenant.${language}`, false);
      await page.context().clearCookies();
      await signIn(employee);
      await expect(page.getByText(texts.shell.employees)).toBeVisible();
      await take(page, `employee.${language}`, false);
    });
  });
}

async function refused(page: Page, path: string, picture: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
  await page.waitForLoadState('networkidle');
  await take(page, picture, false);
}
