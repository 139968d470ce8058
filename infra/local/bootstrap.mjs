/**
 * Behind `npm run demo`, `npm start` and `npm test`: makes a fresh checkout ready (packages, build, Redis) and runs.
 * Plain JavaScript on Node.js built-ins alone, as nothing else is there at first.
 */
import { existsSync } from 'node:fs';
import { dirname, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommand, installReason, writeStamp } from './src/bootstrap/installation.mjs';
import { nodeTooOld } from './src/bootstrap/node-version.mjs';
import { runAttached, runQuietly, runShown } from './src/bootstrap/steps.mjs';
import { countTests, summarize, troubles } from './src/bootstrap/test-summary.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

const commands = {
  demo: (parameters) => rondel('demo', parameters),
  up: (parameters) => rondel('up', parameters),
  test: runTests,
};

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...parameters]) {
  const tooOld = nodeTooOld(process.versions.node);
  if (tooOld !== undefined) return refuse(tooOld);
  if (!Object.hasOwn(commands, name ?? '')) {
    return refuse(`Usage: node infra/local/bootstrap.mjs ${Object.keys(commands).join('|')} [options]`);
  }
  const ready = (await install()) === 0 && (await build()) === 0;
  // Nx reports a failed task with codes that shells use for signals.
  return ready ? commands[name](parameters) : 1;
}

async function install() {
  const reason = installReason(root);
  if (reason !== undefined) {
    const code = await runQuietly(`Installing packages (${reason})`, [...npm(), ...installCommand(root)], {
      cwd: root,
    });
    if (code !== 0) return code;
  }
  writeStamp(root);
  return 0;
}

/** The first time TypeScript compiles all packages in one process, which takes half as long as one after the other. */
async function build() {
  if (!existsSync(join(root, 'apps', 'cli', 'dist', 'main.js'))) {
    // Packages are small and compile side by side: more than one checker for each is work done twice.
    const tsc = join(root, 'node_modules', 'native-typescript', 'bin', 'tsc');
    const code = await runQuietly('Compiling', [process.execPath, tsc, '-b', '--checkers', '1'], { cwd: root });
    if (code !== 0) return code;
  }
  return runQuietly('Building', nx('run-many', '-t', 'build'), { cwd: root, environment });
}

function rondel(command, parameters) {
  const program = join(root, 'apps', 'cli', 'bin', 'rondel.mjs');
  return runAttached([process.execPath, program, command, ...parameters], { cwd: root });
}

/** Quick checks first. All of them run, so that one round shows everything that is wrong. */
async function runTests() {
  const withRedis = { ...environment, PATH: await pathWithRedis() };
  const shown = ['--outputStyle=stream-without-prefixes'];
  const checks = [
    // At once, as most of each has one processor alone. ESLint has the rules that need no types.
    ...(await Promise.all([
      check('Formatting', [bin('prettier'), '--check', '--log-level', 'warn', '.'], environment),
      check('Lint with types', [bin('oxlint'), '--type-aware'], environment),
      check('Lint', [bin('eslint'), '--max-warnings', '0', '.'], environment),
    ])),
    await check('Unit tests', [bin('vitest'), 'run'], withRedis),
    await check('Tests across processes', nx('run-many', '-t', 'e2e', ...shown), withRedis),
  ];
  const { passed, failed, skipped } = summarize(checks);
  console.log('');
  for (const { title, code, troubles } of checks) {
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${title}`);
    for (const trouble of troubles) console.log(`        ${trouble}`);
  }
  if (skipped > 0) console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function check(title, command, environment) {
  const { code, output } = await runShown(title, command, { cwd: root, environment });
  return { title, code, tests: countTests(output), troubles: troubles(output) };
}

/** The PATH with a Redis server on it, installed when the machine has none; not needed where REDIS_URL is set. */
async function pathWithRedis() {
  const path = process.env.PATH ?? '';
  if (process.env.REDIS_URL) return path;
  const { ensureRedisProgram } = await import('@rondel/local');
  const program = await ensureRedisProgram({ environment: process.env, say: (line) => console.error(line) });
  return `${path}${delimiter}${dirname(program)}`;
}

/** npm as it was started, else the one of the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
}

function nx(...parameters) {
  return [bin('nx'), ...parameters];
}

function bin(name) {
  return join(root, 'node_modules', '.bin', name);
}

function refuse(sentence) {
  console.error(sentence);
  return 2;
}
