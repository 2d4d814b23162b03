// Pictures of pages, for somebody to look at: target/screenshots.
import { expect, type Page } from '@playwright/test';

const folder = new URL('../../../target/screenshots/', import.meta.url).pathname;

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
