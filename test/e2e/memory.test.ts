import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job, NdArray, Submission } from '@rondel/contracts';
import { npyParts } from '@rondel/formats';
import { sheppLoganScan, transmissionCounts } from '@rondel/radon/phantom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const slices = 32;
const frames = 4;
const projections = 60;
/** Its step finds no memory for more slices than `mostSlices`, as an engine might. */
const stumbling = fileURLToPath(new URL('../faults/stumbling-package', import.meta.url));
const angles = Array.from({ length: projections }, (_, index) => (index * Math.PI) / projections);

/** A raw scan with dark and white fields. */
const counts = transmissionCounts(sheppLoganScan({ size: slices, frames: 2, angles: projections }), { photons: 1e4 });

describe('jobs and the memory of workers', { timeout: 240_000 }, () => {
  let stack: Stack;
  let data: string;

  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumbling);
    stack = await startStack();
    const file = join(stack.directory, 'scan.npy');
    const size = ['--size', String(slices), '--frames', String(frames), '--angles', String(projections)];
    const made = await rondel(['data', 'phantom', '-o', file, ...size], stack.environment);
    expect(made.code, made.stderr).toBe(0);
    const put = await rondel(['data', 'put', file, '--json'], stack.environment);
    data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
    // One worker after the other, as each of them takes both cores for a while when it starts.
    await stack.startWorker('--pool', 'large', '--threads', '1');
    await stack.startWorker('--pool', 'small', '--threads', '1', '--memory', '4MiB');
    await stack.startWorker('--pool', 'pair', '--threads', '1', '--split-from', '256KiB');
    await stack.startWorker('--pool', 'pair', '--threads', '1', '--split-from', '256KiB');
  }, 180_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  async function run(submission: Partial<Submission>): Promise<Job> {
    const plan = { name: 'radon/fbp' };
    const parameters = { angles, findCenter: false };
    // What a worker runs is known with its next heartbeat only: until then it does not count as idle.
    const isIdle = async () => (await stack.client.workers()).every(({ running }) => running.length === 0);
    if (submission.pool === 'pair') await eventually(isIdle, stack.log);
    const { id } = await stack.client.submit({ plan, data, parameters, ...submission });
    return stack.client.waitForJob(id);
  }

  /** As NumPy would write it: without names for the axes. */
  const npy = ({ dtype, shape, data: values }: NdArray) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    return new Blob([...npyParts({ dtype, shape, data: values.subarray(0, length) })]);
  };

  /** Blocks that ran each step. */
  const blocks = ({ steps }: Job) => steps.map(({ subjobs }) => subjobs?.length ?? 1);

  async function log(job: Job): Promise<string> {
    const messages: string[] = [];
    for await (const event of stack.client.events(job.id)) {
      if (event.type === 'log') messages.push(event.data.message);
      if (event.type === 'result') break;
    }
    return messages.join('\n');
  }

  it('runs in blocks that fit where the whole does not, to the same bits, and says why', async () => {
    const whole = await run({ pool: 'large' });
    const divided = await run({ pool: 'small' });
    expect([whole.error?.message, divided.error?.message]).toEqual([undefined, undefined]);
    expect(blocks(whole)).toEqual([1, 1]);
    expect(blocks(divided)[1]).toBeGreaterThan(1);
    expect(divided.result?.artifact).toBe(whole.result?.artifact);
    expect(await log(divided)).toMatch(
      /parameter\.reco needs \d+\.\d MiB, this worker has 4\.0 MiB: split along slice into \d+ blocks of \d+/,
    );
    // Of the blocks the largest: it fits.
    expect(divided.steps[1]?.estimatedBytes).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(whole.steps[1]?.estimatedBytes).toBeGreaterThan(4 * 2 ** 20);
    const { legs: subjobs = [] } = await stack.client.provenance(divided.id);
    expect(subjobs[0]?.steps).toEqual(['parameter.pre']);
  });

  it('refuses with both numbers what may not be divided', async () => {
    const job = await run({ pool: 'small', split: 'none' });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'OUT_OF_MEMORY', at: 'parameter.reco' } });
    expect(job.error?.message).toMatch(/needs about \d+\.\d MiB .* may take 4\.0 MiB here/);
    expect(job.attempts.made).toBe(1);
  });

  it('makes smaller blocks than were asked for where those do not fit', async () => {
    const job = await run({ pool: 'small', split: 'slice:32' });
    expect(job.error?.message).toBeUndefined();
    expect(blocks(job)[1]).toBeGreaterThan(1);
  });

  it('goes to the worker of the pool that has the memory where it cannot be divided', async () => {
    const roomy = await stack.startWorker('--pool', 'small', '--threads', '1');
    // Whichever worker takes it first.
    const jobs = [await run({ pool: 'small', split: 'none' }), await run({ pool: 'small', split: 'none' })];
    for (const job of jobs) {
      expect(job.error?.message).toBeUndefined();
      expect(job.worker).toBe(roomy.record.id);
    }
    roomy.child.kill('SIGTERM');
  });

  it('is spread over idle workers when it is large, and stays whole when it is not or when that is forbidden', async () => {
    const whole = await run({ pool: 'large' });
    const spread = await run({ pool: 'pair' });
    const forbidden = await run({ pool: 'pair', split: 'none' });
    const little = await stack.client.putData(npy({ ...counts.data, shape: [1, 4, projections, slices] }));
    const small = await run({
      pool: 'pair',
      data: little.artifact,
      parameters: { angles, findCenter: false, quantity: 'lineIntegrals' },
    });
    for (const job of [spread, forbidden, small]) expect(job.error?.message).toBeUndefined();
    expect([whole, spread, forbidden, small].map((job) => blocks(job)[1])).toEqual([1, 2, 1, 1]);
    expect(spread.result?.artifact).toBe(whole.result?.artifact);
    expect(forbidden.result?.artifact).toBe(whole.result?.artifact);
    expect(await log(spread)).toContain('2 slots of the pool are idle: split along slice into 2 blocks of 16.');
  });

  it('has raw data preprocessed in its blocks, with their part of the fields, also where the axis is searched for', async () => {
    const { white, dark, angles: turn } = counts.companions;
    const names: Record<string, string> = {};
    for (const [name, array] of Object.entries({ data: counts.data, white, dark, angles: turn })) {
      if (array !== undefined) names[name] = (await stack.client.putData(npy(array))).artifact;
    }
    const given = { data: names, parameters: { centerOfRotation: 14.25 } };
    const searched = { data: names, parameters: {} };
    for (const [submission, searches] of [
      [given, 0],
      [searched, 1],
    ] as const) {
      const whole = await run({ pool: 'large', ...submission });
      const spread = await run({ pool: 'pair', ...submission });
      expect([whole.error?.message, spread.error?.message]).toEqual([undefined, undefined]);
      expect([blocks(whole), blocks(spread)]).toEqual([
        [1, 1],
        [2, 2],
      ]);
      expect(spread.result?.artifact).toBe(whole.result?.artifact);
      const found = (await log(spread)).match(/The rotation axis was found at/g) ?? [];
      expect(found).toHaveLength(searches);
    }
    // As a user asks for it; the axis is not known to be found when the plan is divided.
    const split = await run({ pool: 'large', ...given, split: 'slice:12' });
    expect([blocks(split), split.error?.message]).toEqual([[3, 3], undefined]);
    const whole = await run({ pool: 'large', ...given });
    expect(split.result?.artifact).toBe(whole.result?.artifact);
  });

  it('finds the axis once and computes blocks on all workers where a scan is larger than what each of them has', async () => {
    const second = await stack.startWorker('--pool', 'small', '--threads', '1', '--memory', '4MiB');
    // One is larger than 4 MiB; the other can be read, but not computed.
    for (const projections of [560, 100]) {
      const scan = transmissionCounts(sheppLoganScan({ size: 64, angles: projections }), { photons: 1e4 });
      const { white, dark, angles: turn } = scan.companions;
      const names: Record<string, string> = {};
      for (const [name, array] of Object.entries({ data: scan.data, white, dark, angles: turn })) {
        if (array !== undefined) names[name] = (await stack.client.putData(npy(array))).artifact;
      }
      const whole = await run({ pool: 'large', data: names, parameters: {} });
      const divided = await run({ pool: 'small', data: names, parameters: {} });
      expect([whole.error?.message, divided.error?.message]).toEqual([undefined, undefined]);
      const computed = divided.steps[1]?.subjobs ?? [];
      expect(computed.length).toBeGreaterThan(2);
      if (projections === 560) expect(new Set(computed.map(({ worker }) => worker)).size).toBe(2);
      expect(divided.result?.artifact).toBe(whole.result?.artifact);
      expect((await log(divided)).match(/The rotation axis was found at/g)).toHaveLength(1);
    }
    second.child.kill('SIGTERM');
  });

  it('tries smaller blocks when memory runs out all the same, and begins with those the next time', async () => {
    await stack.startWorker('--pool', 'short', '--threads', '1', '--memory', '64MiB');
    /** MiB for each slice, more than can be taken for what any run takes. */
    const takes = 8;
    const greedy = (mostSlices: number, attempts = 3) =>
      run({ plan: { name: 'lab/stumble' }, pool: 'short', parameters: { mostSlices, takes }, attempts });
    const whole = await run({ plan: { name: 'lab/stumble' }, pool: 'short', parameters: {} });
    const first = await greedy(slices / 4 + 1);
    const second = await greedy(slices / 4 + 1);
    for (const job of [whole, first, second]) {
      expect(job.error?.message).toBeUndefined();
      expect(job.result?.artifact).toBe(whole.result?.artifact);
    }
    // How much smaller depends on what the machine counted that the executor took when it was killed.
    const [once, again] = [first, second].map((job) => ({ blocks: blocks(job)[0], attempts: job.attempts.made }));
    expect([blocks(whole)[0], whole.attempts.made]).toEqual([1, 1]);
    expect(once?.blocks).toBeGreaterThanOrEqual(4);
    expect(again?.blocks).toBe(once?.blocks);
    expect(again?.attempts).toBeLessThan(once?.attempts ?? 0);
    expect(await log(first)).toMatch(/Memory ran out when parameter ran on more at a time: split along slice into \d/);
    expect(await log(second)).toMatch(/this worker has 64\.0 MiB: split along slice into [2-9] blocks/);
    const given = await greedy(1, 2);
    expect(given).toMatchObject({ state: 'failed', error: { code: 'OUT_OF_MEMORY', retryable: true } });
  });

  it('O1: is refused for good by no worker for what it has learnt, alone or beside one that has not learnt it', async () => {
    const pool = `taught${Date.now()}`;
    await stack.startWorker('--pool', pool, '--threads', '1', '--memory', '64MiB');
    const stumble = (submission: Partial<Submission>) => run({ plan: { name: 'lab/stumble' }, pool, ...submission });
    const teaching = await stumble({ parameters: { mostSlices: slices / 4 + 1, takes: 8 } });
    expect(await log(teaching)).toMatch(/Memory ran out when parameter ran/);

    /** Says nothing of memory, and may not be divided. */
    const healthy = () => stumble({ parameters: {}, split: 'none' });
    const begins = async ({ id }: Job) => {
      let count = 0;
      for await (const event of stack.client.events(id)) {
        if (event.type === 'state' && event.data.state === 'active') count += 1;
        if (event.type === 'result') break;
      }
      return count;
    };
    const alone = await healthy();
    // It was refused by the lesson, then tried all the same.
    expect(await begins(alone)).toBe(2);
    await stack.startWorker('--pool', pool, '--threads', '1', '--memory', '64MiB');
    const beside = await Promise.all(Array.from({ length: 6 }, healthy));
    for (const job of [alone, ...beside]) {
      expect(job.error?.message).toBeUndefined();
      expect(job.attempts.made).toBeLessThanOrEqual(2);
      expect(job.result?.artifact).toBe(alone.result?.artifact);
    }
  });
});
