import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { portalBudget } from './build/portal-budget.ts';
import { precompress } from './build/precompress.ts';

// While developing, the pages come from Vite and everything else from a running `menpai`.
const server = 'http://127.0.0.1:3100';

export default defineConfig({
  plugins: [react(), portalBudget(), precompress()],
  build: {
    target: 'es2022',
    // The limit is a reminder, not a law: antd's shared parts are one chunk.
    chunkSizeWarningLimit: 900,
    // Small files stay files: the content security policy allows no data addresses but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The administrators' console, and the employees' portal.
    rolldownOptions: { input: ['index.html', 'portal.html'] },
  },
  server: { proxy: { '/api': server, '/sys': server } },
  test: {
    environment: 'jsdom',
    restoreMocks: true,
    setupFiles: ['./src/testing.ts'],
    // Generous, for machines that build at the same time; nothing here waits for a clock.
    testTimeout: 120_000,
  },
});
