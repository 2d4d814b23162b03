// A backup put in the place of everything, and one brought from elsewhere, clicked in both languages. Each test has a
// server of its own, for it takes the data of all others with it.
import { expectAccessible } from './support/accessibility.ts';
import { ADMINISTRATOR, type Appliance } from './support/appliance.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

const PASSPHRASE = 'correct horse battery staple';
/** What the server says of a passphrase that does not open a backup. */
const WRONG = { 'zh-CN': '备份口令不正确', en: 'the passphrase is not the one of this backup' };

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language, startsAnew: true });

    test('a backup takes the place of everything, and the server comes back with it', async ({ page, texts, begin }) => {
      const { backups } = texts.system;
      const { restore } = backups;
      const appliance = await begin({ settings: { MENPAI_BACKUP_PASSPHRASE: PASSPHRASE } });
      await page.request.post(`${appliance.url}/api/v1/sessions`, { data: ADMINISTRATOR });
      await appliance.call('POST', '/tenants', { name: 'before the backup' });
      const list = page.getByRole('table', { name: backups.title });
      await page.goto(`${appliance.url}/system?tab=backups`);
      await page.getByRole('button', { name: backups.create }).click();
      await expect(list.getByText(backups.statuses.succeeded)).toBeVisible();
      await appliance.call('POST', '/tenants', { name: 'after the backup' });

      const ask = page.getByRole('dialog').filter({ hasText: restore.deed });
      const begun = async (passphrase: string) => {
        await list.getByRole('button', { name: restore.action, exact: true }).click();
        await ask.getByLabel(restore.passphrase).fill(passphrase);
        await expect(ask.getByRole('button', { name: restore.deed })).toBeDisabled();
        await ask.getByLabel(restore.confirm).check();
        await ask.getByRole('button', { name: restore.deed }).click();
      };
      await begun('not the one');
      const failure = page.getByRole('dialog', { name: restore.running });
      await expect(failure.getByText(restore.failed)).toBeVisible();
      await expect(failure.getByText(WRONG[language])).toBeVisible();
      await expectAccessible(page);
      await failure.getByRole('button', { name: restore.close }).click();
      await expect.poll(() => tenants(appliance)).toContain('after the backup');

      const back = page.waitForEvent('load');
      await begun(PASSPHRASE);
      await back;
      // The session was there when the backup was made.
      await expect(list.getByText(backups.statuses.succeeded)).toBeVisible();
      const there = await tenants(appliance);
      expect(there).toContain('before the backup');
      expect(there).not.toContain('after the backup');
      await page.goto(`${appliance.url}/tenants`);
      await expect(page.getByRole('link', { name: 'before the backup' })).toBeVisible();
      await expect(page.getByText('after the backup')).toHaveCount(0);
    });

    test('a downloaded backup is brought back after it was deleted', async ({ page, texts, begin }, testInfo) => {
      const { backups } = texts.system;
      const appliance = await begin();
      await page.request.post(`${appliance.url}/api/v1/sessions`, { data: ADMINISTRATOR });
      await page.goto(`${appliance.url}/system?tab=backups`);
      await page.getByRole('button', { name: backups.create }).click();
      const list = page.getByRole('table', { name: backups.title });
      await expect(list.getByText(backups.statuses.succeeded)).toBeVisible();
      const download = page.waitForEvent('download');
      await list.getByRole('link', { name: backups.download }).click();
      const archive = testInfo.outputPath('backup.tar');
      await (await download).saveAs(archive);
      await list.getByRole('button', { name: backups.delete, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: backups.delete, exact: true }).click();
      await expect(page.getByText(backups.empty)).toBeVisible();

      const bring = async (file: string | { name: string; mimeType: string; buffer: Buffer }) => {
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: backups.upload, exact: true }).click();
        await (await chooser).setFiles(file);
      };
      await bring({ name: 'letter.tar', mimeType: 'application/x-tar', buffer: Buffer.from('not a backup') });
      await expect(page.getByRole('alert').filter({ hasNotText: backups.uploaded }).first()).toBeVisible();
      await expect(page.getByText(backups.empty)).toBeVisible();
      await bring(archive);
      await expect(page.getByText(backups.uploaded)).toBeVisible();
      await list.getByRole('button', { name: backups.verify }).click();
      await expect(page.getByRole('dialog', { name: backups.sound })).toBeVisible();
    });
  });
}

async function tenants(appliance: Appliance): Promise<string[]> {
  const { items } = await appliance.call<{ items: { name: string }[] }>('GET', '/tenants');
  return items.map(({ name }) => name);
}
