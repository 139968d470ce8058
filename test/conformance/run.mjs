/**
 * Runs the conformance suite on engines, each in a process of its own: `node conformance/run.mjs [engine ...]`, by
 * default all. An engine that cannot start here is skipped with the reason. Exit code 0: nothing failed; 77: the only
 * engine asked for was skipped.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { softwareVulkan } from './software-vulkan.mjs';

const engines = ['wasm', 'webgpu', 'tensorflow'];
const skipped = 77;

/** Why an engine does not start with this environment; undefined when it does. */
function reasonAgainst(engine, environment) {
  const program = `
    const { openEngine } = await import(${JSON.stringify(import.meta.resolve('@rondel/compute'))});
    try {
      const opened = await openEngine(${JSON.stringify(engine)});
      console.log('\\n' + JSON.stringify({ device: opened.device }));
      await opened.dispose();
    } catch (error) {
      console.log('\\n' + JSON.stringify({ reason: error.message, code: error.code }));
    }
    process.exit();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: environment,
    encoding: 'utf8',
  });
  const answer = stdout.trim().split('\n').at(-1) ?? '';
  if (status !== 0 || !answer.startsWith('{')) return { reason: stderr.trim(), code: 'CRASH' };
  return JSON.parse(answer);
}

function environmentFor(engine) {
  if (engine !== 'webgpu' || 'device' in reasonAgainst(engine, process.env)) return { environment: process.env };
  const software = softwareVulkan();
  if ('reason' in software) return software;
  return { environment: { ...process.env, ...software.environment } };
}

/** `passed`, `failed`, or `skipped` when the engine is not to be had here. */
function conform(engine) {
  const { environment, reason } = environmentFor(engine);
  if (reason !== undefined) return skip(engine, reason);
  const found = reasonAgainst(engine, environment);
  if (found.code === 'ENGINE_UNAVAILABLE') return skip(engine, found.reason);
  console.log(`\n${engine} on ${found.device ?? 'no device'}`);
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config], {
    env: { ...environment, RONDEL_CONFORMANCE_ENGINE: engine },
    stdio: 'inherit',
  });
  return status === 0 ? 'passed' : 'failed';
}

function skip(engine, reason) {
  console.log(`\nSkipped ${engine}: ${reason}`);
  return 'skipped';
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !engines.includes(name));
if (unknown !== undefined) {
  console.error(`There is no engine ${JSON.stringify(unknown)}: name any of ${engines.join(', ')}, or none for all.`);
  process.exit(2);
}
const chosen = wanted.length === 0 ? engines : wanted;
const results = [];
for (const engine of chosen) results.push({ engine, result: conform(engine) });
console.log('');
for (const { engine, result } of results) console.log(`conformance of ${engine}: ${result}`);
if (results.some(({ result }) => result === 'failed')) process.exitCode = 1;
else if (results.length === 1 && results[0].result === 'skipped') process.exitCode = skipped;
