import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { startStack, type Stack } from '../support/machine/stack.js';

const angles = Array.from({ length: 90 }, (_, index) => (index * Math.PI) / 90);

/** Preprocessing on one pool, iteration on another. */
const distributedPlan = `_module = "RondelRadon"
_type = "RecoPlan{IterativeRadonAlgorithm}"

[parameter]
_type = "RecoPlan{IterativeRadonParameters}"

    [parameter.pre]
    _module = "DaggerImageReconstruction"
    _type = "RecoPlan{DaggerReconstructionUtility}"
    worker = "cpu"

        [parameter.pre.param]
        _module = "RondelRadon"
        _type = "RecoPlan{RadonPreprocessingParameters}"

    [parameter.reco]
    _module = "DaggerImageReconstruction"
    _type = "RecoPlan{DaggerReconstructionUtility}"
    worker = "gpu"

        [parameter.reco.param]
        _module = "RondelRadon"
        _type = "RecoPlan{IterativeRadonReconstructionParameters}"
        iterations = 6
        reg = [{ _type = "L2Regularization", lambda = 0.001 }, { _type = "PositiveRegularization" }]
`;

describe('a plan that runs in parts', { timeout: 120_000 }, () => {
  let stack: Stack;
  let data: string;
  let pids: number[];

  beforeAll(async () => {
    stack = await startStack();
    const file = join(stack.directory, 'scan.npy');
    await rondel(['data', 'phantom', '-o', file, '--size', '32', '--frames', '3', '--angles', '90'], stack.environment);
    const put = await rondel(['data', 'put', file, '--json'], stack.environment);
    data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
    const workers = [
      await stack.startWorker('--pool', 'cpu,default', '--threads', '1'),
      await stack.startWorker('--pool', 'gpu', '--threads', '1', '--label', 'gpu=a100'),
      await stack.startWorker('--pool', 'gpu', '--threads', '2'),
    ];
    pids = workers.map(({ record }) => record.pid);
  });
  afterAll(() => stack.stop());

  async function run(submission: object): Promise<Job> {
    const { id } = await stack.client.submit({ plan: distributedPlan, data, parameters: { angles }, ...submission });
    return stack.client.waitForJob(id);
  }

  it('gives bit for bit the image of the unsplit run on one worker', async () => {
    const plain = await run({ plan: distributedPlan.replaceAll(/worker = .*/g, '') });
    const distributed = await run({});
    const bySlice = await run({ split: 'slice:5' });
    const byFrame = await run({ split: 'frame:1' });
    for (const job of [plain, distributed, bySlice, byFrame]) expect(job.error?.message).toBeUndefined();
    expect(plain.steps.map(({ subjobs }) => subjobs?.length)).toEqual([undefined, undefined]);
    expect(distributed.result?.artifact).toBe(plain.result?.artifact);
    expect(bySlice.result?.artifact).toBe(plain.result?.artifact);
    expect(byFrame.result?.artifact).toBe(plain.result?.artifact);
  });

  it('shows where each part ran, and so does its provenance', async () => {
    const job = await run({ split: 'frame:1', parameters: { angles, frames: [1, 2, 3] } });
    const [pre, reco] = job.steps;
    // Who selects frames needs all of them, so preprocessing stays in one piece.
    expect(pre?.subjobs).toHaveLength(1);
    expect(pre?.worker).toContain(String(pids[0]));
    expect(reco?.subjobs?.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed']);
    for (const { worker = '' } of reco?.subjobs ?? [])
      expect(pids.slice(1)).toContain(Number(worker.split('-').at(-1)));
    const { legs: subjobs = [] } = await stack.client.provenance(job.id);
    expect(subjobs.map(({ id }) => id)).toEqual(['0.0', '1.0', '1.1', '1.2', '2.0']);
    // 32 slices in blocks of 5, which both steps allow.
    const bySlice = await run({ split: 'slice:5' });
    expect(bySlice.steps.map(({ subjobs }) => subjobs?.length)).toEqual([7, 7]);
  });

  it('goes to the worker or the label that the plan names', async () => {
    const labelled = await run({ plan: distributedPlan.replace('"gpu"', '"gpu=a100"') });
    expect(labelled.steps[1]?.worker).toContain(String(pids[1]));
    const id = (await stack.client.workers()).find(({ pid }) => pid === pids[2])?.id ?? '';
    const named = await run({ plan: distributedPlan.replace('"gpu"', JSON.stringify(id)) });
    expect(named.steps[1]?.worker).toBe(id);
  });

  it('fails with the reason of the block that failed, and stops the others', async () => {
    const job = await run({ split: 'slice:4', parameters: { angles: angles.slice(1), iterations: 500 } });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'DATA_SHAPE_MISMATCH', at: 'parameter.reco.angles' } });
    const next = await run({ split: 'slice' });
    expect(next.state).toBe('completed');
  });

  it('is refused when nothing can be split that way, or the place is not there', async () => {
    const file = join(stack.directory, 'plan.toml');
    await writeFile(file, distributedPlan.replace('"gpu"', '"tpu"'));
    const set = ['--set', `angles=[${angles.join(', ')}]`];
    const unknown = await rondel(['submit', file, data, ...set, '--json'], stack.environment);
    expect([unknown.code, (JSON.parse(unknown.stdout) as { code: string }).code]).toEqual([2, 'POOL_UNKNOWN']);
    const axis = await rondel(['submit', 'radon/fbp', data, ...set, '--split', 'angle', '--json'], stack.environment);
    expect([axis.code, (JSON.parse(axis.stdout) as { code: string }).code]).toEqual([2, 'INVALID_REQUEST']);
  });
});
