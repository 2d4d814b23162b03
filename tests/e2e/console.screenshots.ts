// Every page of the console in both languages, light and dark, for somebody to look at: target/screenshots.
import { expect, LANGUAGES, test } from './support/test.ts';

const GROUNDS = ['light', 'dark'] as const;
/** Below a tenant's address. */
const PAGES = ['dingtalk', 'dingtalk?tab=doctor', 'dingtalk?tab=scope', 'dingtalk?tab=settings', 'dingtalk?tab=events'];

const folder = new URL('../../target/screenshots/', import.meta.url).pathname;

for (const language of LANGUAGES) {
  for (const ground of GROUNDS) {
    test.describe(`${language} ${ground}`, () => {
      test.use({ language, colorScheme: ground });

      test('the pages of a tenant', async ({ page, appliance, signIn }) => {
        const { tenantId } = await appliance.tenant(language === 'en' ? 'Example Ltd' : '示例科技有限公司');
        await appliance.synchronise(tenantId);
        await appliance.call('POST', `/tenants/${tenantId}/dingtalk/doctor`);
        await signIn();
        for (const path of PAGES) {
          await page.goto(`/tenants/${tenantId}/${path}`);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
          const name = path.replaceAll(/[^a-zA-Z]+/g, '-');
          await page.screenshot({ path: `${folder}${name}.${language}.${ground}.png`, fullPage: true });
        }
      });
    });
  }
}
