// The setup guide with what DingTalk says now: the address that it saw and refused, and a permission that is missing.
import { expectAccessible } from './support/accessibility.ts';
import { ADMINISTRATOR } from './support/appliance.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

/** Where DingTalk saw the call come from; nobody's address. */
const SEEN = '198.51.100.7';
const MISSING = { code: 'qyapi_get_department_member', name: '通讯录部门成员读权限' };

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('the address that DingTalk refused stands there to copy, and each permission as it is', async ({ page, texts, begin, context }) => {
      const { guide, dingtalk, sync } = texts;
      const { status } = dingtalk.doctor;
      // A DingTalk of its own: where calls seem to come from is the same for all of its enterprises.
      const appliance = await begin();
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: appliance.url });
      const { tenantId, clientId } = await appliance.tenant(`guide ${language}`, 8);
      const { permissions } = await appliance.control<{ permissions: string[] }>('GET', `/applications/${clientId}`);
      const opened = await page.request.post(`${appliance.url}/api/v1/sessions`, { data: ADMINISTRATOR });
      expect(opened.status()).toBe(201);
      const place = `${appliance.url}/tenants/${tenantId}`;
      const examined = async () => {
        await page.goto(`${place}/dingtalk?tab=doctor`);
        const answer = page.waitForResponse((response) => response.url().endsWith('/dingtalk/doctor') && response.request().method() === 'POST');
        await page.getByRole('button', { name: dingtalk.doctor.examine }).click();
        await answer;
        await page.goto(`${place}/guide`);
      };
      const table = page.getByRole('table', { name: guide.permissions });

      await page.goto(`${place}/guide`);
      await expect(page.getByText(guide.egressUnknown)).toBeVisible();
      await expect(table.getByText(guide.unexamined)).toHaveCount(8);

      await appliance.control('PUT', '/behaviour', { callerAddress: SEEN });
      await appliance.control('PATCH', `/applications/${clientId}`, { ipWhitelist: ['203.0.113.9'] });
      await examined();
      const refused = page.getByRole('alert').filter({ hasText: guide.egress });
      await expect(refused).toContainText(SEEN);
      await expectAccessible(page);
      await refused.getByRole('button', { name: texts.copy }).first().click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(SEEN);
      // Synchronising says the same, and what to do.
      await page.goto(`${place}/syncRuns`);
      await page.getByRole('button', { name: sync.start, exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: SEEN }).first()).toBeVisible();

      await appliance.control('PATCH', `/applications/${clientId}`, {
        ipWhitelist: null,
        permissions: permissions.filter((code) => code !== MISSING.code),
      });
      await examined();
      await expect(refused).toHaveCount(1);
      await expect(refused).not.toContainText(SEEN);
      const row = table.getByRole('row').filter({ hasText: MISSING.name });
      await expect(row.getByText(status.error, { exact: true })).toBeVisible();
      await expect(row.getByRole('link', { name: `${dingtalk.doctor.open} ${MISSING.name}` })).toHaveAttribute('href', /^https:\/\/open/);
      await expect(table.getByText(status.error, { exact: true })).toHaveCount(1);

      await appliance.control('PATCH', `/applications/${clientId}`, { permissions });
      await examined();
      await expect(row.getByText(status.ok, { exact: true })).toBeVisible();
      await expect(table.getByText(status.error, { exact: true })).toHaveCount(0);
    });
  });
}
