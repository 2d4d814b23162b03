// What somebody narrowed a page to stands in its address: after loading it again it is still so, and going back leaves the page.
import { expect, test } from './support/test.ts';

test('filters outlive a reload, and going back leaves the page', async ({ page, appliance, texts, signIn }) => {
  const { directory, messages, audit, conflicts, system } = texts;
  const { tenantId } = await appliance.tenant('filters', 8);
  await appliance.synchronise(tenantId);
  await signIn();
  const chosen = [
    { path: 'organisation', name: directory.status, option: directory.statuses.active },
    { path: 'messages', name: messages.columns.status, option: messages.statuses.sent },
    { path: 'audit', name: audit.noun, option: audit.nouns.account },
  ];
  for (const { path, name, option } of chosen) {
    await page.goto(`/tenants/${tenantId}`);
    await page.goto(`/tenants/${tenantId}/${path}`);
    await page.getByRole('combobox', { name }).click();
    await page.locator('.ant-select-item-option', { hasText: option }).first().click();
    await expect(page, path).toHaveURL(/\?/);
    const narrowed = page.url();
    await page.reload();
    await expect(page.locator('.ant-select-content, .ant-select-selection-item').getByText(option, { exact: true }).first(), path).toBeVisible();
    expect(page.url()).toBe(narrowed);
    await page.goBack();
    await expect(page, path).toHaveURL(new RegExp(`/tenants/${tenantId}$`));
  }

  await page.goto(`/tenants/${tenantId}/conflicts`);
  await page.getByText(conflicts.all, { exact: true }).click();
  await page.reload();
  await expect(page.getByRole('radio', { name: conflicts.all, exact: true })).toBeChecked();

  await page.goto('/system');
  await page.getByRole('tab', { name: system.tabs.settings, exact: true }).click();
  await page.reload();
  await expect(page.getByRole('tab', { name: system.tabs.settings, exact: true })).toHaveAttribute('aria-selected', 'true');
  // Which simulator it speaks to came from the environment; the password that it began with is not shown.
  const settings = page.getByRole('table', { name: system.settings.title });
  await expect(settings.getByRole('row', { name: /MENPAI_DINGTALK_OAPI_URL/ })).toContainText(system.settings.origins.environment);
  await expect(settings.getByRole('row', { name: /MENPAI_ADMIN_PASSWORD\b(?!_)/ })).toContainText('(hidden)');
});

test('an empty page says what comes next', async ({ page, appliance, texts, signIn }) => {
  const { id } = await appliance.call<{ id: number }>('POST', '/tenants', { name: 'nothing yet' });
  await signIn();
  for (const path of ['', '/organisation', '/syncRuns']) {
    await page.goto(`/tenants/${id}${path}`);
    await page.getByRole('main').getByRole('link', { name: texts.sync.toConnect, exact: true }).click();
    await expect(page, path).toHaveURL(/\/start\?step=application$/);
  }
});
