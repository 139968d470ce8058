import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { float32Array, type Job, type Submission } from '@rondel/contracts';
import { npyParts } from '@rondel/formats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeMemoryGroup } from '../support/machine/memory-group.js';
import { childrenOf, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

/** Its step takes memory that it has not estimated. */
const stumbling = fileURLToPath(new URL('../faults/stumbling-package', import.meta.url));
/** The processes of a worker without work take a quarter of it. */
const limitBytes = 2 ** 30;

const group = makeMemoryGroup(limitBytes);
if (group === undefined) console.log('The limits of containers are not tried: this user may make no control group.');

describe.skipIf(group === undefined)('a worker whose memory is limited as in a container', { timeout: 120_000 }, () => {
  let stack: Stack;
  let worker: WorkerProcess | undefined;

  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumbling);
    stack = await startStack();
    worker = await group?.start(() => stack.startWorker('--threads', '1', '--concurrency', '1'));
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
    group?.remove();
  });

  async function run(shape: readonly number[], submission: Pick<Submission, 'plan' | 'parameters'>): Promise<Job> {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const values = Float32Array.from({ length }, (_, index) => index % 7);
    const { artifact } = await stack.client.putData(new Blob([...npyParts(float32Array(values, [...shape]))]));
    const { id } = await stack.client.submit({ data: artifact, ...submission });
    const job = await stack.client.waitForJob(id);
    expect(job.error?.message).toBeUndefined();
    return job;
  }

  const blocks = ({ steps }: Job) => steps.map(({ subjobs }) => subjobs?.length ?? 1);

  /** About 66 MB for each 64 slices. */
  const reconstruct = (slices: number) => {
    const angles = Array.from({ length: 192 }, (_, index) => (index * Math.PI) / 192);
    return run([1, slices, angles.length, 192], { plan: { name: 'radon/fbp' }, parameters: { angles } });
  };

  it('runs in one piece what fits, however much of files the kernel keeps for it', async () => {
    const file = join(stack.directory, 'large');
    await writeFile(file, '');
    await truncate(file, 1.25 * limitBytes);
    const reader = group?.start(() => spawn('cat', [file], { stdio: ['ignore', 'ignore', 'inherit'] }));
    if (reader) expect(await once(reader, 'exit')).toEqual([0, null]);
    const job = await reconstruct(192);
    expect(job.steps[1]?.estimatedBytes).toBeGreaterThan(limitBytes / 6);
    expect(blocks(job)).toEqual([1, 1]);
  });

  it('has executors that the kernel kills before anything else', async () => {
    const executors = await childrenOf(worker?.record.pid ?? 0);
    expect(executors).toHaveLength(1);
    for (const pid of executors) expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('800\n');
  });

  /** Of the limit, the room of jobs is 600 to 660 MB, as the executor happens to have been compiled and collected. */
  it('divides what does not fit before the kernel has to kill it', async () => {
    expect(blocks(await reconstruct(768))[1]).toBeGreaterThan(1);
    expect(group?.kills()).toBe(0);
  });

  it('begins again in smaller blocks what the kernel has killed as it took more than it had estimated', async () => {
    const taking = { plan: { name: 'lab/stumble' }, parameters: { takes: 36 } };
    const first = await run([1, 32, 128, 128], taking);
    expect(group?.kills()).toBe(1);
    expect(blocks(first)[0]).toBeGreaterThan(1);
    expect(first.attempts.made).toBe(2);
    const second = await run([1, 32, 128, 128], taking);
    expect(group?.kills()).toBe(1);
    expect(second.attempts.made).toBe(1);
    expect(second.result?.artifact).toBe(first.result?.artifact);
  });
});
