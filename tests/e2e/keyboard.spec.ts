// The console without a mouse.
import { ADMINISTRATOR } from './support/appliance.ts';
import { expect, test } from './support/test.ts';

test('somebody signs in, finds a page and starts a preview by keyboard alone', async ({ page, appliance, texts }) => {
  const { tenantId } = await appliance.tenant('keyboard', 6);
  await page.goto('/sign-in');
  await expect(page.getByLabel(texts.session.username)).toBeFocused();
  await page.keyboard.type(ADMINISTRATOR.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ADMINISTRATOR.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname.startsWith('/tenants/'));

  await page.goto(`/tenants/${tenantId}/dingtalk`);
  await expect(page.getByRole('button', { name: texts.sync.preview, exact: true })).toBeEnabled();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: texts.shell.skip })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: texts.sync.preview, exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/syncRuns\/.+/);
  await expect(page.getByText(texts.sync.status.previewed).first()).toBeVisible();

  const runs = page.getByRole('link', { name: texts.shell.places.syncRuns });
  await runs.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: texts.sync.runsTitle })).toBeVisible();
});
