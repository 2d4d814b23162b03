// What a page shows beside its content: that it is on its way, not permitted, or broken. Each says so, and offers a way on.
import type { Page } from '@playwright/test';
import { SERVER_PATHS, TENANT_PATHS } from '../../web/src/app/paths.ts';
import { expect, test } from './support/test.ts';

const NOWHERE = '01234567-89ab-7def-8123-456789abcdef';
/** These lead elsewhere, or ask nothing before somebody writes. */
const ASK_NOTHING = ['/', '/start', 'messages/new'];
/** What the frame around every page asks for; two of it are what a page shows. */
const OF_THE_FRAME = /\/api\/v1\/(me|tenants|tenants\/\d+|tenants\/\d+\/conflicts)$/;

const pagesOf = (tenantId: number) => [
  ...TENANT_PATHS.filter((path) => !ASK_NOTHING.includes(path)).map((path) => `/tenants/${tenantId}${path && `/${path.replace(/:\w+/, NOWHERE)}`}`),
  ...SERVER_PATHS.filter((path) => !ASK_NOTHING.includes(path)),
];

/** Lets nothing through but what the frame needs and the page does not show, and gives this answer to the rest. */
async function answerAll(page: Page, path: string, status: number | undefined): Promise<void> {
  await page.route('**/api/v1/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    const isOfThePage = /\/(conflicts|tenants)$/.test(path) && pathname.endsWith(path);
    if (OF_THE_FRAME.test(pathname) && !isOfThePage) return route.continue();
    // Without a status: no answer at all, for as long as the page is open.
    if (status === undefined) return undefined;
    return route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ title: 'no', detail: `said ${status}`, requestId: '01a204b2' }) });
  });
}

for (const [state, status] of [
  ['on its way', undefined],
  ['not permitted', 403],
  ['broken', 429],
] as const) {
  test(`every page says when it is ${state}`, async ({ page, appliance, texts, signIn }) => {
    test.setTimeout(600_000);
    const { tenantId } = await appliance.tenant(`states ${status}`, 3);
    await signIn();
    const main = page.getByRole('main');
    const said = {
      'on its way': main.locator('.ant-spin-spinning, .ant-skeleton, .ant-btn-loading').first(),
      'not permitted': main.getByText(texts.problem.forbiddenTitle).first(),
      broken: main.getByText('said 429').or(main.getByText('01a204b2')).first(),
    }[state];
    for (const path of pagesOf(tenantId)) {
      await test.step(path, async () => {
        await answerAll(page, path, status);
        await page.goto(path);
        await expect(said, path).toBeVisible();
        await page.unrouteAll({ behavior: 'ignoreErrors' });
      });
    }
  });
}

test('who is refused a page, or looks for one that is not there, finds the way home', async ({ page, texts, signIn }) => {
  await signIn();
  await page.goto('/tenants/4000000');
  await page.getByRole('main').getByRole('link', { name: texts.problem.backHome }).click();
  await expect(page).not.toHaveURL(/4000000/);
});
