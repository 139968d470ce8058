import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Which layers a layer may import. ARCHITECTURE.md draws the same table. */
const mayImport = {
  contracts: [],
  plan: ['contracts'],
  reco: ['contracts', 'plan'],
  compute: ['contracts'],
  'least-squares': ['contracts', 'reco', 'compute'],
  package: ['contracts', 'reco', 'compute', 'least-squares', 'formats'],
  store: ['contracts'],
  formats: ['contracts'],
  jobs: ['contracts'],
  warrants: ['contracts'],
  telemetry: ['contracts'],
  client: ['contracts', 'plan'],
  dashboard: ['contracts', 'plan', 'client'],
  docs: [],
  api: ['contracts', 'plan', 'reco', 'least-squares', 'package', 'jobs', 'warrants', 'store', 'formats', 'telemetry'],
  worker: [
    'contracts',
    'plan',
    'reco',
    'least-squares',
    'package',
    'compute',
    'jobs',
    'warrants',
    'store',
    'formats',
    'telemetry',
  ],
  local: ['contracts', 'jobs'],
  cli: [
    'contracts',
    'plan',
    'reco',
    'least-squares',
    'package',
    'store',
    'formats',
    'telemetry',
    'client',
    'api',
    'worker',
    'local',
  ],
  test: ['*'],
};

const queueLibraries = ['bullmq', 'ioredis'];
const tensorLibraries = ['@tensorflow/*'];

function restrictImports(patterns) {
  return { 'no-restricted-imports': ['error', { patterns: patterns.map((group) => ({ group: [group] })) }] };
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', 'libs/compute/src/kernels/*/assembly/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    // Without types: .oxlintrc.json has the rules of `strictTypeChecked` that need them, at a fifth of the time.
    extends: [tseslint.configs.strict],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          depConstraints: [
            ...Object.entries(mayImport).map(([layer, targets]) => ({
              sourceTag: `layer:${layer}`,
              onlyDependOnLibsWithTags: targets.map((target) => (target === '*' ? '*' : `layer:${target}`)),
            })),
            { sourceTag: 'runtime:browser', onlyDependOnLibsWithTags: ['runtime:browser'] },
          ],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    // A suite is one function.
    ignores: ['test/**', '**/*.test.ts', '**/*.test.tsx', '**/testing/**'],
    rules: { 'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['libs/jobs/**', 'libs/compute/**', 'libs/least-squares/**', 'libs/mpi/**', 'libs/radon/**', 'test/**'],
    rules: restrictImports([...queueLibraries, ...tensorLibraries]),
  },
  { files: ['libs/jobs/**/*.ts'], rules: restrictImports(tensorLibraries) },
  {
    files: ['libs/compute/**/*.ts', 'libs/least-squares/**/*.ts', 'libs/mpi/**/*.ts', 'libs/radon/**/*.ts'],
    rules: restrictImports(queueLibraries),
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['libs/contracts/src/schema.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['typebox', 'typebox/*'], message: 'Take it from @rondel/contracts/schema.' }] },
      ],
    },
  },
  {
    files: ['libs/*/src/manifest.ts', 'libs/*/src/manifest/**'],
    rules: restrictImports(tensorLibraries),
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        setTimeout: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        TextDecoderStream: 'readonly',
      },
    },
  },
);
