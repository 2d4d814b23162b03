// Every page of the console in both languages, light and dark, for somebody to look at: target/screenshots.
import { everyPage } from './support/filled.ts';
import { settled, takeBoth } from './support/picture.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

// The width from which on nothing may be cut off.
test.use({ viewport: { width: 1280, height: 800 } });

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('the pages', async ({ page, appliance, signIn }) => {
      test.setTimeout(900_000);
      const pages = await everyPage(appliance, language === 'en' ? 'Example Ltd' : '示例科技有限公司');
      await signIn();
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await settled(page);
        await takeBoth(page, `${name}.${language}`);
      }
    });

    test('the pages before the door', async ({ page, texts }) => {
      await page.goto('/sign-in');
      await settled(page);
      await takeBoth(page, `sign-in.${language}`);
      await page.goto('/setup?token=x');
      await expect(page.getByRole('button', { name: texts.setup.submit })).toBeVisible();
      await takeBoth(page, `setup.${language}`);
      await page.goto('/reset#x');
      await expect(page.getByRole('button', { name: texts.session.reset.submit })).toBeVisible();
      await takeBoth(page, `reset.${language}`);
    });
  });
}
