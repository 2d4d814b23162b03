// Through the door and out again, in both languages.
import { expectAccessible } from './support/accessibility.ts';
import { ADMINISTRATOR } from './support/appliance.ts';
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
      await page.getByRole('button', { name: texts.shell.account(ADMINISTRATOR.username) }).click();
      await page.getByRole('menuitem', { name: texts.session.signOut }).click();
      await expect(page.getByRole('heading', { name: texts.session.title })).toBeVisible();
      await page.goto('/tenants');
      await expect(page.getByRole('heading', { name: texts.session.title })).toBeVisible();
    });
  });
}
