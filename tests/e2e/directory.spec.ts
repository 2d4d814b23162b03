// The organisation as an administrator works with it: finding, looking closer, keeping a field, switching somebody off.
import { expectAccessible } from './support/accessibility.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

interface Member {
  id: string;
  name: string;
  mobile?: string;
  title?: string;
}

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('a person is found, shown without the number, edited, handed back and switched off', async ({ page, appliance, texts, signIn }) => {
      const { directory } = texts;
      const { tenantId } = await appliance.tenant(`directory ${language}`, 25);
      await appliance.synchronise(tenantId);
      const { items } = await appliance.call<{ items: Member[] }>('GET', `/tenants/${tenantId}/members?limit=500`);
      const person = items.find(({ mobile }) => mobile?.length === 11);
      if (!person?.mobile) throw new Error('nobody has a mobile number');
      const masked = `${person.mobile.slice(0, 3)}****${person.mobile.slice(-4)}`;
      await signIn();
      await page.goto(`/tenants/${tenantId}/organisation`);
      await expect(page.getByRole('tree')).toBeVisible();
      await expectAccessible(page);

      await page.getByRole('searchbox', { name: directory.search }).fill(person.mobile);
      await expect(page.getByRole('cell', { name: masked })).toHaveCount(1);
      await expect(page).toHaveURL(new RegExp(`q=${person.mobile}`));
      await page.getByRole('button', { name: person.name, exact: true }).click();
      const drawer = page.getByRole('dialog');
      await expect(drawer.getByText(masked).first()).toBeVisible();
      await expect(page.getByText(person.mobile)).toHaveCount(0);
      await expectAccessible(page);
      await drawer.getByRole('button', { name: directory.member.reveal }).click();
      await expect(drawer.getByText(person.mobile).first()).toBeVisible();

      await drawer.getByRole('button', { name: directory.member.edit, exact: true }).click();
      const form = page.getByRole('dialog', { name: directory.member.editTitle });
      await form.getByLabel(directory.fields.title, { exact: true }).fill('Keeper of the keys');
      await form.getByRole('button', { name: texts.save }).click();
      await expect(drawer.getByText(directory.member.pinned, { exact: true })).toHaveCount(1);
      await drawer.getByRole('button', { name: `${directory.member.handBack} ${directory.fields.title}` }).click();
      await page.getByRole('dialog', { name: directory.member.handBackTitle(directory.fields.title) }).getByRole('button', { name: directory.member.handBack }).click();
      await expect(drawer.getByText(directory.member.pinned, { exact: true })).toHaveCount(0);

      const { disable } = directory.member.acts;
      await drawer.getByRole('button', { name: directory.member.actions }).click();
      await page.getByRole('menuitem', { name: disable.action }).click();
      const question = page.getByRole('dialog', { name: disable.title(person.name) });
      await expect(question).toContainText(disable.consequence);
      await question.getByRole('button', { name: disable.action }).click();
      await expect(drawer.getByText(directory.statuses.disabled).first()).toBeVisible();
      const after = await appliance.call<{ status: string }>('GET', `/tenants/${tenantId}/members/${person.id}`);
      expect(after.status).toBe('disabled');

      await page.goto(`/tenants/${tenantId}/audit`);
      const shown = page.getByRole('row').filter({ hasText: texts.audit.actions['member.revealMobile'] });
      await expect(shown).toHaveCount(1);
      await expect(shown).toContainText(person.name);
      await expect(page.getByText(person.mobile)).toHaveCount(0);
    });

    test('the members are given out as a file', async ({ page, appliance, texts, signIn }) => {
      const { tenantId } = await appliance.tenant(`export ${language}`, 8);
      await appliance.synchronise(tenantId);
      await signIn();
      await page.goto(`/tenants/${tenantId}/organisation`);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: texts.directory.export, exact: true }).click();
      expect((await download).suggestedFilename()).toBe(`members-${tenantId}.csv`);
    });
  });
}
