// What has to arrive before the console's first page stands: few bytes, nothing that waits for the server's data, and
// nothing twice. How long that takes is measured by first-paint.measure.ts.
import type { Page } from '@playwright/test';
import { expect, test } from './support/test.ts';

/** What may cross the network before the heading of the first page is painted, compressed, in bytes. */
const BUDGET = 400_000;

interface Fetched {
  path: string;
  /** As it crossed the network; 0 when the browser had it. */
  transferred: number;
}

test('the first page needs few bytes, none of the data, and nothing a second time', async ({ page, texts }) => {
  await page.goto('/sign-in');
  const heading = page.getByRole('heading', { name: texts.session.title });
  await heading.waitFor();
  const first = await fetched(page);
  expect(first.length).toBeGreaterThan(3);
  expect(first.map(({ path }) => path).filter((path) => !/^\/(assets\/|plate\.svg$)/.test(path))).toEqual([]);
  expect(first.reduce((sum, { transferred }) => sum + transferred, 0)).toBeLessThanOrEqual(BUDGET);

  await page.goto('/sign-in?again');
  await heading.waitFor();
  const again = await fetched(page);
  expect(again.filter(({ path, transferred }) => path.startsWith('/assets/') && transferred > 0)).toEqual([]);
});

/** What the page fetched until now, without itself. */
async function fetched(page: Page): Promise<Fetched[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => entry as PerformanceResourceTiming)
      .map(({ name, transferSize }) => ({ path: new URL(name).pathname, transferred: transferSize })),
  );
}
