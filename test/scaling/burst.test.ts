import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel, rondelScript } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { autoscale } from './autoscaler.js';

const pool = 'burst';
const burst = 12;
const atMost = 4;
const slurmScript = fileURLToPath(new URL('../../infra/slurm/rondel-workers.sh', import.meta.url));

let stack: Stack;
let plan: string;
let data: string;

beforeAll(async () => {
  stack = await startStack('--pools', pool);
  const scan = join(stack.directory, 'phantom.npy');
  const size = ['--size', '64', '--frames', '8', '--angles', '180'];
  const made = await rondel(['data', 'phantom', '-o', scan, ...size], stack.environment);
  expect(made.code, made.stderr).toBe(0);
  plan = await readFile(join(stack.directory, 'phantom.plan.toml'), 'utf8');
  const put = await rondel(['data', 'put', scan, '--json'], stack.environment);
  data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
});
afterAll(() => stack.stop());

async function submitBurst(count: number, to = pool): Promise<string[]> {
  const filters = Array.from({ length: count }, (_, index) => ['ramp', 'hann', 'cosine'][index % 3] ?? 'ramp');
  const submit = (filter: string) => stack.client.submit({ plan, data, pool: to, parameters: { filter } });
  return (await Promise.all(filters.map(submit))).map(({ id }) => id);
}

describe('a pool that is scaled by its demand', { timeout: 240_000 }, () => {
  it('asks for nothing while it has nothing to do, also when nobody knows it', async () => {
    const idle = { slots: 0, runnable: 0, active: 0, paused: false, workers: 0 };
    expect(await stack.client.demand(pool)).toEqual({ pool, ...idle });
    expect(await stack.client.demand('nobody-knows')).toEqual({ pool: 'nobody-knows', ...idle });
  });

  it('goes from no worker to four and back to none under a burst, without losing or repeating a job', async () => {
    const over = new AbortController();
    const scaling = autoscale(stack, { pool, atMost, signal: over.signal });
    try {
      const ids = await submitBurst(burst);
      const jobs = await Promise.all(ids.map((id) => stack.client.waitForJob(id)));
      for (const job of jobs) expect(job).toMatchObject({ state: 'completed', attempts: { made: 1, allowed: 3 } });
      expect(new Set(jobs.map(({ worker }) => worker)).size).toBeGreaterThan(1);

      const { most, started, exits } = await scaling;
      expect(most).toBe(atMost);
      expect(exits).toEqual(Array.from({ length: started }, () => 0));
      expect(await stack.client.workers()).toEqual([]);
      expect(await stack.client.demand(pool)).toMatchObject({ slots: 0, workers: 0, needs: { concurrency: 1 } });
    } finally {
      over.abort();
      await scaling;
    }
  });

  it('wants no slots while it is paused, keeps what waits, and goes on when it is resumed', async () => {
    const paused = await rondel(['pools', 'pause', pool, '--json'], stack.environment);
    expect(JSON.parse(paused.stdout)).toMatchObject({ paused: true, slots: 0 });
    const [id = ''] = await submitBurst(1);
    expect(await stack.client.demand(pool)).toMatchObject({ paused: true, slots: 0, runnable: 1 });
    expect(await stack.client.pools()).toContainEqual(expect.objectContaining({ name: pool, paused: true }));

    const { record } = await stack.startWorker('--pool', `${pool},default`);
    const [other = ''] = await submitBurst(1, 'default');
    expect(await stack.client.waitForJob(other)).toMatchObject({ state: 'completed', worker: record.id });
    expect((await stack.client.job(id)).state).toBe('queued');

    const resumed = await rondel(['pools', 'resume', pool, '--json'], stack.environment);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ paused: false });
    expect(await stack.client.waitForJob(id)).toMatchObject({ state: 'completed', worker: record.id });
    expect((await rondel(['workers', 'drain', record.id], stack.environment)).stdout).toContain('was asked to leave');
    await eventually(async () => (await stack.client.workers()).length === 0, stack.log);
  });

  it('is served by a Slurm job that lets its worker leave before the walltime ends', async () => {
    const child = spawn('bash', [slurmScript], {
      env: {
        ...process.env,
        ...stack.environment,
        RONDEL_PROGRAM: rondelScript,
        RONDEL_STORE: join(stack.directory, 'store'),
        RONDEL_POOL: pool,
        RONDEL_ENGINE: 'wasm',
      },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    try {
      const [id = ''] = await submitBurst(1);
      await eventually(async () => (await stack.client.job(id)).state !== 'queued', stack.log);
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      expect(await stack.client.job(id)).toMatchObject({ state: 'completed', attempts: { made: 1 } });
      expect(await stack.client.workers()).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('refuses to pause a pool, or drain a worker, that is not there', async () => {
    await expect(stack.client.pausePool('nobody-knows')).rejects.toMatchObject({ code: 'POOL_UNKNOWN' });
    await expect(stack.client.drainWorker('nobody-1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses to declare what can be no pool', async () => {
    const flag = await rondel(['api', '--pools', 'gpu,GPU 2'], stack.environment);
    const variable = await rondel(['api'], { ...stack.environment, RONDEL_POOLS: 'gpu,GPU 2' });
    for (const { code, stderr } of [flag, variable]) {
      expect(stderr).toContain('"GPU 2" is no name of a pool');
      expect(code).toBe(2);
    }
  });

  it('is described to Prometheus without naming a job', async () => {
    const response = await fetch(`${stack.client.url}/metrics`);
    const text = await response.text();
    // The burst, the job that waited for the pool to be resumed, and that of the Slurm job.
    const ended = burst + 2;
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain(`rondel_pool_slots_wanted{pool="${pool}"} 0`);
    expect(text).toContain(`rondel_job_seconds_count{pool="${pool}",state="completed"} ${ended}`);
    expect(text).toContain(`rondel_job_seconds_bucket{pool="${pool}",state="completed",le="+Inf"} ${ended}`);
    expect(text).toContain('rondel_workers{state="running"} 0');
    expect(text).toMatch(/rondel_http_request_seconds_count\{method="GET",route="\/v1\/jobs\/:id",status="200"\} \d+/);
    expect(text).not.toMatch(/[0-9A-HJKMNP-TV-Z]{26}/);
  });
});
