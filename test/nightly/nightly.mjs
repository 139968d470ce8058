// What takes too long for every change: all tests without a second try, the slowest lint rules, the other versions of
// Node.js, known faults of packages, access as schemathesis tries it, a scan larger than memory, and the fault suite with 2,000 jobs. Run from the workspace root: npm run nightly
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installNode } from './node-versions.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'packages,tests,lint,nodes,access,large,faults' },
    /** The oldest that is supported runs the tests themselves. */
    nodes: { type: 'string', default: '22,24,26' },
    jobs: { type: 'string', default: '2000' },
  },
});
const wanted = new Set(values.only.split(','));
const outcomes = [];

function run(title, command, environment = {}) {
  console.log(`\n${title}: ${command.join(' ')}`);
  const start = performance.now();
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (error !== undefined) console.error(error.message);
  outcomes.push({ title, passed: status === 0, seconds: (performance.now() - start) / 1000 });
}

if (wanted.has('packages')) run('Known faults of packages', ['node', 'test/nightly/known-faults.mjs']);
if (wanted.has('tests')) run('All tests, each once', ['npm', 'test'], { RONDEL_SECOND_TRIES: '0' });
if (wanted.has('lint')) {
  // One run of ESLint with types takes more memory than Node.js has by itself on a machine with 8 GB.
  const eslint = ['node', '--max-old-space-size=4096', 'node_modules/eslint/bin/eslint.js', '--max-warnings', '0'];
  run('Lint rules that take minutes', [...eslint, '--config', 'test/nightly/typed-lint.config.mjs', '.']);
}
if (wanted.has('nodes')) {
  for (const version of values.nodes.split(',')) {
    const { folder, remove } = installNode(version);
    const environment = { PATH: `${folder}:${process.env.PATH}` };
    run(
      `Unit tests on Node.js ${version}`,
      ['node', 'node_modules/vitest/vitest.mjs', 'run', '--isolate'],
      environment,
    );
    run(`Demo on Node.js ${version}`, ['node', 'infra/local/bootstrap.mjs', 'demo'], environment);
    remove();
  }
}
if (wanted.has('access')) run('Access, from outside', ['npm', 'run', 'test:access']);
if (wanted.has('large')) run('A scan of 8 GiB', ['npm', 'run', 'test:large']);
if (wanted.has('faults')) run('Faults', ['npm', 'run', 'test:faults', '--', '--jobs', values.jobs]);

console.log('');
for (const { title, passed, seconds } of outcomes) {
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${title} (${Math.round(seconds)} s)`);
}
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
