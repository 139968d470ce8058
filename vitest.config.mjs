import { defineConfig } from 'vitest/config';

/** The unit tests, of all packages in one run or in the folder of one; `test/vitest.config.ts` has what crosses processes. */
export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/dist/**', 'test/**', 'apps/docs/how-to/**'],
    testTimeout: 60_000,
    // By itself vitest leaves one core alone, for an editor.
    maxWorkers: '100%',
  },
});
