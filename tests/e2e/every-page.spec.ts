// What holds for every page: it shows, it complains of nothing, and axe finds nothing serious on it. The pages are those
// of the console's and the portal's own lists of addresses, so that a new one cannot be forgotten.
import { ENTRY_PATHS, type EntryPath } from '../../web/src/app/paths.ts';
import { PORTAL_PATHS } from '../../web/src/portal/paths.ts';
import { expectAccessible } from './support/accessibility.ts';
import { everyPage } from './support/filled.ts';
import { settled } from './support/picture.ts';
import { company, PHONE, portalTexts } from './support/portal.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

/** What the pages before the door are opened with. */
const QUERIES: Partial<Record<EntryPath, string>> = { '/setup': '?token=x', '/reset': '#x' };

for (const language of LANGUAGES) {
  // One ground a language: colours do not depend on the words.
  const ground = language === 'en' ? 'dark' : 'light';
  const name = language === 'en' ? 'Example Ltd' : '示例科技有限公司';
  test.describe(`${language} ${ground}`, () => {
    test.use({ language, colorScheme: ground });

    test('every page of the console is accessible', async ({ page, appliance, signIn }) => {
      test.setTimeout(900_000);
      const pages = await everyPage(appliance, name);
      await signIn();
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(background).toBe(ground === 'dark' ? 'rgb(16, 19, 25)' : 'rgb(243, 245, 249)');
      for (const [picture, path] of Object.entries(pages)) {
        await test.step(picture, async () => {
          await page.goto(path);
          await settled(page);
          await expectAccessible(page);
        });
      }
    });

    test('every page before the door is accessible', async ({ page }) => {
      for (const path of ENTRY_PATHS) {
        await test.step(path, async () => {
          await page.goto(path + (QUERIES[path] ?? ''));
          await settled(page);
          await expectAccessible(page);
        });
      }
    });
  });

  test.describe(`portal ${language} ${ground}`, () => {
    test.use({ language, colorScheme: ground, viewport: PHONE });

    test('every page of the portal is accessible', async ({ page, appliance }) => {
      const { tenantId, clientId, employee } = await company(appliance, name);
      const { code } = await appliance.control<{ code: string }>('POST', '/codes', { clientId, userid: employee.userid });
      await page.goto('/tenantId');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page);
      await page.request.post('/api/v1/sessions/dingtalk', { data: { tenantId, code } });
      for (const path of [...PORTAL_PATHS, 'nowhere']) {
        await test.step(path, async () => {
          await page.goto(`/tenantId/${tenantId}/${path}`);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expect(page.getByText(portalTexts(language).loading, { exact: true })).toHaveCount(0);
          await expectAccessible(page);
        });
      }
    });
  });
}

test('light and dark can be chosen, and the choice is kept', async ({ page, texts, signIn }) => {
  const { shell } = texts;
  const ground = () => page.evaluate(() => document.documentElement.dataset['ground']);
  await signIn();
  expect(await ground()).toBe('light');
  await page.getByRole('button', { name: shell.appearance }).click();
  await page.getByRole('menuitem', { name: shell.appearances.dark }).click();
  await expect.poll(ground).toBe('dark');
  await page.reload();
  await expect(page.getByRole('button', { name: shell.appearance })).toBeVisible();
  expect(await ground()).toBe('dark');
});

test('an address that leads nowhere, or to a tenant that is not there, says so', async ({ page, texts, signIn }) => {
  await signIn();
  await page.goto('/nowhere');
  await expect(page.getByText(texts.problem.notFound)).toBeVisible();
  await page.goto('/tenants/4000000/dingtalk');
  await expect(page.getByText(texts.problem.notThere)).toBeVisible();
});
