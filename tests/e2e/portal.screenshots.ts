// Every page of the employees' portal in both languages, light and dark, on a phone: target/screenshots.
import { PORTAL_PATHS } from '../../web/src/portal/paths.ts';
import { takeBoth } from './support/picture.ts';
import { company, PHONE, portalTexts } from './support/portal.ts';
import { expect, LANGUAGES, test } from './support/test.ts';

const PAGES = [...PORTAL_PATHS.map((path) => path && `/${path}`), '/colleagues?q=a', '/nowhere'];

for (const language of LANGUAGES) {
  test.describe(`portal ${language}`, () => {
    test.use({ language, viewport: PHONE });

    test('the portal', async ({ page, appliance }) => {
      const texts = portalTexts(language);
      const { tenantId, clientId, employee } = await company(appliance, language === 'en' ? 'Example Ltd' : '示例科技有限公司');
      const shoot = async (name: string) => takeBoth(page, `portal-${name}.${language}`);
      await page.goto(`/tenantId/${tenantId}`);
      await expect(page.getByRole('heading', { name: texts.signIn })).toBeVisible();
      await shoot('sign-in');
      const { code } = await appliance.control<{ code: string }>('POST', '/codes', {
        clientId,
        userid: employee.userid,
      });
      await page.request.post('/api/v1/sessions/dingtalk', { data: { tenantId, code } });
      const message = { content: { type: 'text', text: '请于周五前提交考勤确认。\n如有疑问请联系人事部。' }, audience: { everyone: true } };
      await appliance.call('POST', `/tenants/${tenantId}/messages`, message);
      for (const path of PAGES) {
        await page.goto(`/tenantId/${tenantId}${path}`);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(page.getByText(texts.loading, { exact: true })).toHaveCount(0);
        await shoot(path.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '') || 'home');
      }
      await page.goto('/tenantId');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await shoot('choose-tenant');
    });
  });
}
