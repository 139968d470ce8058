import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/machine/longest-first.js';
import { secondTries } from './support/machine/second-tries.js';

/** Folders whose tests always come out the same on the same code. */
const certain = ['bench', 'cases', 'conformance', 'deployment', 'parity', 'reference'];

/** Folders whose tests may be run a second time, and why they can fail on code that is right. */
const uncertain = {
  integration: 'they wait for Redis, and some bound how long that takes',
  e2e: 'they start and kill processes, which take from one second to twenty on a machine that others use',
  faults: 'they kill processes at moments that no clock can hit',
  scaling: 'they wait for workers that are started and stopped by rules in seconds',
  'how-to': 'they run the commands of the pages, which start all of Rondel',
} as const;

/** A nightly run gives nobody a second try: what needs one is a race that somebody should look at. */
const tries = process.env.RONDEL_SECOND_TRIES === '0' ? 0 : 1;

const filesIn = (folders: readonly string[]) => folders.map((folder) => `${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Node.js loads our builds by itself, as users do: Vitest would rewrite every module of them, for each file anew.
    server: { deps: { external: [/\/(?:apps|libs|infra)\/[\w-]+\/dist\//] } },
    globalSetup: ['support/machine/prerequisites.ts'],
    // The files start servers and workers of their own and wait for them a third of the time: three leave two cores idle.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // Names in the summary what needed the second try.
    reporters: ['default', secondTries],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: 'certain', include: filesIn(certain), retry: 0 } },
      { extends: true, test: { name: 'uncertain', include: filesIn(Object.keys(uncertain)), retry: tries } },
    ],
  },
});
