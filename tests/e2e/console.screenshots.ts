// Every page of the console in both languages, light and dark, for somebody to look at: target/screenshots.
import type { Page } from '@playwright/test';
import { pagesOfATenant } from './support/filled.ts';
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

/** Takes the picture once nothing is on its way any more. */
async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true, animations: 'disabled' });
}
