import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunRequest } from '../../executor/messages/messages.js';
import { builtScript, unheard } from '../built-executor.test.support.js';
import { ExecutorUpdated, startExecutor, type ExecutorProcess, type RunEnd } from './executor-process.js';

let directory: string;
const started: ExecutorProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rondel-executor-'));
});
afterAll(async () => {
  await Promise.all(started.map((executor) => executor.kill()));
  await rm(directory, { recursive: true, force: true });
});

function start(engine: 'wasm' | 'webgpu' = 'wasm'): ExecutorProcess {
  const executor = startExecutor(
    { storeDirectory: directory, roots: {}, packages: [], engine, threads: 1 },
    builtScript,
  );
  started.push(executor);
  return executor;
}

const request: RunRequest = {
  job: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  run: 0,
  attempt: 1,
  worker: 'w1',
  plan: { _type: 'RecoPlan{NoSuchAlgorithm}' },
  planToml: '',
  planSha256: '0',
  parameters: {},
  data: { data: 'root://nowhere/a.npy' },
  part: { subjob: '0.0', steps: [], inputs: {}, leaves: { kind: 'image' }, alone: true },
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('an executor process', { timeout: 60_000 }, () => {
  it('keeps nothing of a run that has ended, however long it lives itself', async () => {
    const executor = start();
    const ends: WeakRef<RunEnd>[] = [];
    for (const _ of [1, 2, 3]) ends.push(new WeakRef(await executor.run(request, unheard)));
    // A reference is sure to be held until the turn in which it was made or read is over.
    await new Promise((resolve) => setTimeout(resolve, 100));
    collectGarbage();
    expect(ends.map((end) => end.deref())).toEqual([undefined, undefined, undefined]);
    expect(executor.alive()).toBe(true);
  });

  it('H11: sees no credential of its worker, neither in its environment nor on its command line nor in what it is told', async () => {
    const teller = join(directory, 'teller.mjs');
    await writeFile(
      teller,
      `process.on('message', (message) => {
        const seen = JSON.stringify([process.argv, process.execArgv, process.env, message]);
        process.send([{ kind: 'unusable', failure: { code: 'INTERNAL', message: seen, retryable: false } }]);
      });`,
    );
    // That of a machine may have a folder of Redis.
    vi.stubEnv('PATH', '/usr/bin:/bin');
    vi.stubEnv('REDIS_URL', 'rediss://user:secret@redis:6379');
    vi.stubEnv('RONDEL_TRUST_KEY', '/etc/rondel/secret');
    const settings = { storeDirectory: directory, roots: {}, packages: [], engine: 'wasm' } as const;
    const executor = startExecutor(settings, pathToFileURL(teller));
    started.push(executor);
    const seen = await executor.ready.then(
      () => '',
      (error: unknown) => String(error),
    );
    vi.unstubAllEnvs();
    expect(seen).toContain('teller.mjs');
    expect(seen).toContain(JSON.stringify(directory).slice(1, -1));
    expect(seen).not.toMatch(/secret|redis/i);
  });

  it('tells which engine it opened, and outlives a job that fails', async () => {
    const executor = start();
    expect((await executor.ready).engine).toMatchObject({ name: 'wasm', threads: 1 });
    for (const _ of [1, 2]) {
      expect(await executor.run(request, unheard)).toMatchObject({
        kind: 'failed',
        failure: { code: 'PLAN_UNKNOWN_TYPE', retryable: false },
      });
    }
    expect(executor.alive()).toBe(true);
  });

  it('answers its own death with a failure that may be tried again', async () => {
    const executor = start();
    await executor.ready;
    const end = executor.run(request, unheard);
    process.kill(executor.pid ?? 0, 'SIGKILL');
    const answer = await end;
    // The job may have failed before the signal arrived; what must not happen is no answer.
    expect(answer.kind).toBe('failed');
    await expect.poll(() => executor.alive()).toBe(false);
    expect(await executor.run(request, unheard)).toMatchObject({ kind: 'failed', failure: { code: 'WORKER_LOST' } });
  });

  it('says why an engine does not open, and ends', async () => {
    const executor = start('webgpu');
    await expect(executor.ready).rejects.toMatchObject({ failure: { code: 'ENGINE_UNAVAILABLE' } });
    await expect.poll(() => executor.alive()).toBe(false);
  });
});

/** Keeps as many MiB as `attempt` says of every run. */
const keeping = `
const kept = [];
const engine = { name: 'wasm', version: '1', device: 'none', memoryBytes: 2 ** 20, hostBytes: 2 ** 20, threads: 1, ownMemory: false };
process.on('message', ({ kind, request }) => {
  if (kind === 'start') process.send([{ kind: 'ready', engine, packages: {} }]);
  if (kind !== 'run') return;
  kept.push(Buffer.alloc(request.attempt * 2 ** 20, 1));
  process.send([{ kind: 'failed', failure: { code: 'STEP_FAILED', message: '', retryable: false } }]);
});`;

it.runIf(process.platform === 'linux')('H4: an executor that stays large after a job takes no other', async () => {
  const script = join(directory, 'keeping.mjs');
  await writeFile(script, keeping);
  const settings = { storeDirectory: directory, roots: {}, packages: [], engine: 'wasm' } as const;
  const executor = startExecutor(settings, pathToFileURL(script));
  started.push(executor);
  const said: string[] = [];
  const run = (attempt: number) =>
    executor.run({ ...request, attempt }, { ...unheard, onLog: (_level, message) => void said.push(message) });
  expect(await run(1)).toMatchObject({ failure: { code: 'STEP_FAILED' } });
  expect([executor.alive(), said]).toEqual([true, []]);
  // What it has answered stands, though it is ended.
  expect(await run(256)).toMatchObject({ failure: { code: 'STEP_FAILED' } });
  expect([executor.alive(), said]).toEqual([false, [expect.stringContaining('is replaced by a fresh one')]]);
  await executor.kill();
});

it('an executor is not used when it speaks a later version than its supervisor, nor does it serve one of a later version', async () => {
  const later = join(directory, 'later.mjs');
  await writeFile(later, `process.on('message', () => process.send([{ kind: 'ready', v: 3, moved: true }]));\n`);
  const settings = { storeDirectory: directory, roots: {}, packages: [], engine: 'wasm' } as const;
  const executor = startExecutor(settings, pathToFileURL(later));
  started.push(executor);
  await expect(executor.ready).rejects.toThrow(ExecutorUpdated);
  await expect(executor.ready).rejects.toThrow(/updated while the worker runs/);
  const child = fork(builtScript, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const answer = once(child, 'message');
  child.send({ kind: 'start', v: 3, region: 'north' });
  expect((await answer)[0]).toMatchObject([{ kind: 'unusable', v: 3, failure: { code: 'WORKER_UNAVAILABLE' } }]);
  child.kill('SIGKILL');
});
