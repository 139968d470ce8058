import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'bench/**/*.test.ts',
      'conformance/**/*.test.ts',
      'integration/**/*.test.ts',
      'e2e/**/*.test.ts',
      'faults/**/*.test.ts',
      'scaling/**/*.test.ts',
      'deployment/**/*.test.ts',
      'parity/**/*.test.ts',
      'how-to/**/*.test.ts',
    ],
    // The files start servers and workers of their own; two at once would compete for the processors.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
