// Every page of the console in both languages, light and dark, for somebody to look at: target/screenshots.
import type { Page } from '@playwright/test';
import type { Appliance } from './support/appliance.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

const GROUNDS = ['light', 'dark'] as const;
const folder = new URL('../../target/screenshots/', import.meta.url).pathname;

for (const language of LANGUAGES) {
  for (const ground of GROUNDS) {
    test.describe(`${language} ${ground}`, () => {
      test.use({ language, colorScheme: ground });

      test('the pages of a tenant', async ({ page, appliance, signIn }) => {
        const pages = await pagesOfATenant(appliance, language === 'en' ? 'Example Ltd' : '示例科技有限公司');
        await signIn();
        for (const [name, path] of Object.entries(pages)) {
          await page.goto(path);
          await take(page, `${name}.${language}.${ground}`);
        }
      });

      test('the pages before the door', async ({ page, texts }) => {
        await page.goto('/sign-in');
        await take(page, `sign-in.${language}.${ground}`);
        await page.goto('/setup?token=x');
        await expect(page.getByRole('button', { name: texts.setup.submit })).toBeVisible();
        await take(page, `setup.${language}.${ground}`);
      });
    });
  }
}

/** A tenant in which something of everything happened; gives the addresses of the pages by the names of their pictures. */
async function pagesOfATenant(appliance: Appliance, name: string): Promise<Record<string, string>> {
  const { tenantId, corpId } = await appliance.tenant(name, 120, true);
  const first = await appliance.synchronise(tenantId);
  await appliance.call('POST', `/tenants/${tenantId}/dingtalk/doctor`);
  await appliance.call('PUT', `/tenants/${tenantId}/dingtalk/events`, { transport: 'stream' });
  const people = await appliance.people(corpId);
  const [holder, promoted] = people.filter(({ mobile }) => mobile);
  await appliance.person(corpId, 'newcomer', { name: '赵新来', mobile: holder?.mobile, dept_id_list: [1] });
  await appliance.person(corpId, promoted?.userid ?? '', { title: '高级工程师', dept_id_list: [1] });
  await appliance.leave(corpId, people.slice(-2));
  const second = await appliance.synchronise(tenantId);
  await appliance.leave(corpId, people.slice(-30, -2));
  const stopped = await appliance.synchronise(tenantId);
  const base = `/tenants/${tenantId}`;
  return {
    'first-run': `${base}/start?step=sync`,
    guide: `${base}/guide`,
    'guide-old': `${base}/guide?console=old`,
    overview: base,
    'dingtalk-application': `${base}/dingtalk`,
    'dingtalk-doctor': `${base}/dingtalk?tab=doctor`,
    'dingtalk-departments': `${base}/dingtalk?tab=scope`,
    'dingtalk-settings': `${base}/dingtalk?tab=settings`,
    'dingtalk-events': `${base}/dingtalk?tab=events`,
    'sync-runs': `${base}/syncRuns`,
    'sync-run-first': `${base}/syncRuns/${first.id}`,
    'sync-run-updated': `${base}/syncRuns/${second.id}?show=updated`,
    'sync-run-stopped': `${base}/syncRuns/${stopped.id}`,
    conflicts: `${base}/conflicts`,
    organisation: `${base}/organisation`,
    tenants: '/tenants',
  };
}

/** Takes the picture once nothing is on its way any more. */
async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true, animations: 'disabled' });
}
