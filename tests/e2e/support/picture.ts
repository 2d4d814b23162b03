// Pictures of pages, for somebody to look at: target/screenshots.
import { expect, type Page } from '@playwright/test';

const folder = new URL('../../../target/screenshots/', import.meta.url).pathname;

const GROUNDS = ['light', 'dark'] as const;

/** Waits until nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

/** Takes the whole page; of one that something lies over, what the window shows. */
export async function take(page: Page, name: string, fullPage = true): Promise<void> {
  await page.screenshot({ path: `${folder}${name}.png`, fullPage, animations: 'disabled' });
}

/** Takes the whole page light and dark: the pages follow what the system prefers at once, so one visit is enough. */
export async function takeBoth(page: Page, name: string): Promise<void> {
  for (const ground of GROUNDS) {
    await page.emulateMedia({ colorScheme: ground });
    await changed(page);
    await take(page, `${name}.${ground}`);
  }
}

/** Waits until what had to change its colour has: antd's own fields do so over a fifth of a second. */
async function changed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const nextFrame = () => new Promise(requestAnimationFrame);
    await nextFrame();
    await nextFrame();
    const changes = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(changes.map(({ finished }) => finished));
  });
}
