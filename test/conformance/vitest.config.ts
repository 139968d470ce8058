import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The suite that every engine must pass; `run.mjs` starts it once per engine. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: '../node_modules/.vite',
  test: {
    include: ['*.suite.ts'],
    // An engine takes the whole device; one engine per process.
    pool: 'forks',
    fileParallelism: false,
    // Files open and close the engine by themselves; only a lost device of webgpu lasts as long as its process.
    isolate: process.env.RONDEL_CONFORMANCE_ENGINE === 'webgpu',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
