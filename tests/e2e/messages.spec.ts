// A message from the first letter to the last person who read it.
import { expectAccessible } from './support/accessibility.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a message is written, priced, sent, followed and recalled', async ({ page, appliance, texts, signIn }) => {
      const { messages } = texts;
      const { tenantId } = await appliance.tenant(`messages ${language}`, 12);
      await appliance.synchronise(tenantId);
      await signIn();
      await page.goto(`/tenants/${tenantId}/messages`);
      await expect(page.getByText(messages.empty)).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: messages.compose.title }).click();
      await expect(page.getByRole('button', { name: messages.compose.send, exact: true })).toBeDisabled();
      await page.getByText(messages.types.markdown, { exact: true }).click();
      await page.getByLabel(messages.fields.title, { exact: true }).fill('Fire drill');
      await page.getByLabel(messages.fields.markdown, { exact: true }).fill('## Friday\n**10:00**, please leave the building');
      await page.getByRole('radio', { name: messages.audience.everyone }).check();
      await expect(page.getByText(messages.cost.recipients('12'))).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: messages.compose.send, exact: true }).click();

      await expect(page.getByRole('heading', { level: 1, name: 'Fire drill' })).toBeVisible();
      await expect(page.getByRole('table', { name: messages.columns.recipients }).getByRole('row')).toHaveCount(13);
      await expectAccessible(page);
      await page.getByRole('button', { name: messages.acts.recall, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: messages.acts.recall, exact: true }).click();
      await expect(page.getByText(messages.statuses.recalled, { exact: true }).first()).toBeVisible();
      await page.goto(`/tenants/${tenantId}/messages`);
      await expect(page.getByRole('link', { name: 'Fire drill' })).toBeVisible();
    });
  });
}
