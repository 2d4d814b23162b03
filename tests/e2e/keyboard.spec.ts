// The pages without a mouse, and as they are read out.
import type { Locator, Page } from '@playwright/test';
import { ADMINISTRATOR } from './support/appliance.ts';
import { everyPage } from './support/filled.ts';
import { settled } from './support/picture.ts';
import { expect, test } from './support/test.ts';

/** No page has more to step through than this before its content. */
const MOST_STEPS = 80;

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
  await expect(page).toHaveTitle(`${texts.sync.runsTitle} · ${texts.product}`);
  await expect(page.getByRole('main'), 'what is read next is the page').toBeFocused();
});

test('a person is opened and closed by keyboard, and a dangerous act is confirmed', async ({ page, appliance, texts, signIn }) => {
  const { directory, cancel } = texts;
  const { disable } = directory.member.acts;
  const { tenantId } = await appliance.tenant('keyboard drawer', 6);
  await appliance.synchronise(tenantId);
  await signIn();
  await page.goto(`/tenants/${tenantId}/organisation`);
  const person = page.getByRole('table').getByRole('button').first();
  const name = (await person.textContent()) ?? '';
  await stepTo(page, person);
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('button', { name: directory.member.edit, exact: true })).toBeVisible();
  await expect(page.locator('.ant-drawer :focus, .ant-drawer:focus'), 'who opened it is in it').toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(person, 'the focus is back where it was').toBeFocused();

  await page.keyboard.press('Enter');
  await stepTo(page, drawer.getByRole('button', { name: directory.member.actions }));
  await page.keyboard.press('Enter');
  const act = page.getByRole('menuitem', { name: disable.action });
  await stepTo(page, act, 'ArrowDown');
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: disable.title(name) });
  await expect(question.getByRole('button', { name: cancel }), 'what is harmless comes first').toBeFocused();
  await stepTo(page, question.getByRole('button', { name: disable.action }));
  await page.keyboard.press('Enter');
  await expect(drawer.getByText(directory.statuses.disabled).first()).toBeVisible();
});

test('a message is written and sent by keyboard alone', async ({ page, appliance, texts, signIn }) => {
  const { messages } = texts;
  const { tenantId } = await appliance.tenant('keyboard message', 3);
  await appliance.synchronise(tenantId);
  await signIn();
  await page.goto(`/tenants/${tenantId}/messages/new`);
  await stepTo(page, page.getByLabel(messages.fields.text, { exact: true }));
  await page.keyboard.type('14:00');
  await stepTo(page, page.getByRole('radio', { name: messages.audience.chosen }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: messages.audience.everyone })).toBeChecked();
  const send = page.getByRole('button', { name: messages.compose.send, exact: true });
  await expect(send).toBeEnabled();
  await stepTo(page, send);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/messages\/(?!new)[^/]+$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('everything that can be used has a name, and every page its own title', async ({ page, appliance, signIn }) => {
  test.setTimeout(900_000);
  const pages = await everyPage(appliance, '示例科技有限公司');
  await signIn();
  for (const [picture, path] of Object.entries(pages)) {
    await test.step(picture, async () => {
      await page.goto(path);
      await settled(page);
      await expect(page).toHaveTitle(/\S · 门牌/);
      const tree = await page.locator('body').ariaSnapshot();
      // A control without a name stands there as its role alone.
      expect(tree.split('\n').filter((line) => NAMELESS.test(line)), path).toEqual([]);
    });
  }
});

const NAMELESS = /^\s*- (button|link|textbox|searchbox|combobox|checkbox|radio|switch|spinbutton|tab|menuitem|dialog|tree)( \[[^\]]*\])*:?$/;

test('who wants nothing to move sees nothing move', async ({ page, signIn }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signIn();
  await settled(page);
  await page.keyboard.press('Tab');
  const longest = await page.evaluate(() =>
    Math.max(0, ...document.getAnimations().map((animation) => Number(animation.effect?.getTiming().duration) || 0)),
  );
  expect(longest).toBeLessThan(1);
});

/** Presses a key, Tab unless told otherwise, until something has the focus, as somebody does who has no mouse. */
async function stepTo(page: Page, wanted: Locator, key = 'Tab'): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${String(wanted)} was not reached in ${MOST_STEPS} steps`);
}
