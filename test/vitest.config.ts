import { defineConfig } from 'vitest/config';
import { secondTries } from './support/machine/second-tries.js';

export default defineConfig({
  test: {
    include: [
      'bench/**/*.test.ts',
      'cases/**/*.test.ts',
      'conformance/**/*.test.ts',
      'integration/**/*.test.ts',
      'e2e/**/*.test.ts',
      'faults/**/*.test.ts',
      'scaling/**/*.test.ts',
      'deployment/**/*.test.ts',
      'parity/**/*.test.ts',
      'how-to/**/*.test.ts',
      'reference/**/*.test.ts',
    ],
    globalSetup: ['support/machine/prerequisites.ts'],
    // The files start servers and workers of their own and wait for them much of the time.
    maxWorkers: 2,
    // What crosses processes depends on the machine's mood; who needed the second try is named in the summary.
    retry: 1,
    reporters: ['default', secondTries],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
