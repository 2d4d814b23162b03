// Through the door and out again, in both languages.
import { expectAccessible } from './support/accessibility.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a stranger signs in and out', async ({ page, texts, signIn }) => {
      await page.goto('/');
      await expect(page.getByRole('heading', { name: texts.session.title })).toBeVisible();
      await expectAccessible(page);
      await signIn();
      await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page);
    });
  });
}
