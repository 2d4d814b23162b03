// What every browser test begins with: a server, a page in one of the two languages, and a watch on what the page does.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { en } from '../../../web/src/i18n/en/index.ts';
import { zhCN, type Dictionary } from '../../../web/src/i18n/zh-CN/index.ts';
import { ADMINISTRATOR, Appliance, type Options } from './appliance.ts';

export type Language = 'zh-CN' | 'en';
export const LANGUAGES: Language[] = ['zh-CN', 'en'];

/** How somebody signs in. */
export interface Person {
  username: string;
  password: string;
}

interface PerTest {
  /** The language of the pages; `test.use({ language: 'en' })` changes it. */
  language: Language;
  /** Whether the test has the server start anew, so that for a moment nobody answers. */
  startsAnew: boolean;
  /** The pages' own texts, so that a test names what a person reads. */
  texts: Dictionary;
  /** Signs somebody in, the platform administrator unless told otherwise, on the sign-in page, as a person does. */
  signIn: (who?: Person) => Promise<void>;
  /**
   * Starts a server of the test's own, which is stopped after it. Watches all of them, too: a test in whose time one
   * ended by itself fails and says how, and any that fails carries their logs.
   */
  begin: (options?: Options) => Promise<Appliance>;
}

interface PerWorker {
  /** One server for all tests of a worker: each makes the tenants that it needs. */
  appliance: Appliance;
}

export const test = base.extend<PerTest, PerWorker>({
  language: ['zh-CN', { option: true }],
  startsAnew: [false, { option: true }],
  appliance: [
    // eslint-disable-next-line no-empty-pattern -- the runner reads the names of what is asked for
    async ({}, use) => {
      const appliance = await Appliance.start();
      await use(appliance);
      await appliance.stop();
    },
    { scope: 'worker' },
  ],
  begin: [
    async ({ appliance }, use, testInfo) => {
      const own: Appliance[] = [];
      await use(async (options) => {
        const begun = await Appliance.start(options);
        own.push(begun);
        return begun;
      });
      const all = [appliance, ...own];
      if (testInfo.status !== testInfo.expectedStatus) {
        for (const { name, log } of all.flatMap((one) => one.logs())) await testInfo.attach(`log of menpai ${name}`, { body: log });
      }
      const lost = all.flatMap((one) => one.lost());
      expect(lost, 'what ended by itself').toEqual([]);
      for (const one of own) await one.stop();
    },
    { auto: true },
  ],
  baseURL: async ({ appliance }, use) => use(appliance.url),
  locale: async ({ language }, use) => use(language),
  texts: async ({ language }, use) => use(textsOf(language)),
  context: async ({ context, startsAnew }, use) => {
    const complaints = watch(context, startsAnew);
    await use(context);
    expect(complaints, 'what the browser complained about').toEqual([]);
  },
  signIn: async ({ page, texts }, use) => {
    await use((who = ADMINISTRATOR) => signIn(page, texts, who));
  },
});

export { expect } from '@playwright/test';

export function textsOf(language: Language): Dictionary {
  return language === 'en' ? en : zhCN;
}

async function signIn(page: Page, texts: Dictionary, who: Person): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel(texts.session.username).fill(who.username);
  await page.getByLabel(texts.session.password, { exact: true }).fill(who.password);
  await page.getByRole('button', { name: texts.session.submit }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}

/** Collects what must never happen: a request to another server, a script's error, a refusal by the content policy. */
export function watch(context: BrowserContext, startsAnew = false): string[] {
  const complaints: string[] = [];
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isHere = protocol === 'data:' || protocol === 'blob:' || hostname === '127.0.0.1';
    if (!isHere) complaints.push(`asked another server: ${request.url()}`);
  });
  context.on('weberror', (error) => complaints.push(`script error: ${error.error().message}`));
  context.on('console', (message) => {
    const text = message.text();
    // The browser tells of every refused call; that a stranger is refused is no mistake of the page.
    const isRefusal = text.startsWith('Failed to load resource: the server responded with a status of 4');
    const isAway = /^Failed to load resource: (net::ERR_|the server responded with a status of 503)/.test(text);
    if (message.type() === 'error' && !isRefusal && !(isAway && startsAnew)) complaints.push(`console: ${text}`);
  });
  return complaints;
}
