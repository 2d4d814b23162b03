// Whether a page can be used by somebody who does not see it, as far as a program can tell.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SERIOUS = new Set<string | null | undefined>(['serious', 'critical']);

/** Fails when axe finds anything serious on what is shown now. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is half faded in has half its contrast.
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().filter(isFinite_).map((animation) => animation.finished));
    function isFinite_(animation: Animation): boolean {
      return animation.effect?.getComputedTiming().endTime !== Infinity;
    }
  });
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    () => (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  const found = violations
    .filter(({ impact }) => SERIOUS.has(impact))
    .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary ?? ''}`).join('\n')}`);
  expect(found, page.url()).toEqual([]);
}
