// What holds for every page of the console: it shows, it complains of nothing, and axe finds nothing serious on it.
import { expectAccessible } from './support/accessibility.ts';
import { everyPage } from './support/filled.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  // One ground a language: colours do not depend on the words.
  const ground = language === 'en' ? 'dark' : 'light';
  test.describe(`${language} ${ground}`, () => {
    test.use({ language, colorScheme: ground });

    test('every page is accessible', async ({ page, appliance, signIn }) => {
      test.setTimeout(600_000);
      const pages = await everyPage(appliance, language === 'en' ? 'Example Ltd' : '示例科技有限公司');
      await signIn();
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(background).toBe(ground === 'dark' ? 'rgb(16, 19, 25)' : 'rgb(243, 245, 249)');
      for (const [name, path] of Object.entries(pages)) {
        await test.step(name, async () => {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
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
