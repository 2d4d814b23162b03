// The pages in a real browser, against the real binary and the simulator. `make e2e` and `make screenshots` run this.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.ts';

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/e2e',
  fullyParallel: false,
  // Two: the server, the simulator and the browser of each are processes of their own.
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  // Generous, for machines that build at the same time; nothing here waits for a clock.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['./support/closing-line.ts']],
  use: {
    viewport: { width: 1366, height: 820 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // What is not on this machine does not exist.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    },
  },
  projects: [
    { name: 'pages', testMatch: '**/*.spec.ts' },
    // Measures time, so it is no test: machines that test are busy.
    { name: 'measure', testMatch: '**/*.measure.ts' },
    { name: 'screenshots', testMatch: '**/*.screenshots.ts' },
  ],
});
