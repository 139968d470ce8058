import { defineConfig } from 'vitest/config';

const elsewhere = ['**/node_modules/**', '**/dist/**', 'test/**', 'apps/docs/how-to/**'];

/** Files that need a process of their own, and why. */
const alone = [
  // What they replace of a module must not have been loaded before.
  'libs/formats/src/image/picture-threads.test.ts',
  'libs/radon/src/reconstruction/operator-reuse.test.ts',
  // It hears what loading an engine does to its process.
  'libs/compute/src/engine/open-engine.test.ts',
  // They measure the memory of their process, in which others before them would leave some to be freed meanwhile.
  'apps/worker/src/executor/input/read-input.test.ts',
  'libs/mpi/src/memory-estimate.test.ts',
  'libs/radon/src/memory-estimate.test.ts',
  'libs/store/src/file-artifact-store.test.ts',
  'libs/store/src/files/byte-transfer.test.ts',
];

/** The unit tests of all packages in one run; `test/vitest.config.ts` has what crosses processes. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // By itself vitest leaves one core alone, for an editor.
    maxWorkers: '100%',
    // Node.js loads what is built by itself, which is quicker than through Vite.
    server: { deps: { external: [/\/(?:apps|libs|infra)\/[^/]+\/dist\//] } },
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'shared',
          exclude: [...elsewhere, ...alone],
          // Most files take less time than a process that starts and loads modules for them. The nightly run, and that of
          // one package, still give each its own, and show a file that needs what another has left.
          isolate: false,
        },
      },
    ],
  },
});
