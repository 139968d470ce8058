import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { startStack, type Stack } from '../support/machine/stack.js';
import { angles as fewAngles } from './radon-plans.js';

const iterations = 3;

describe('a plan that was distributed as a whole', { timeout: 120_000 }, () => {
  let stack: Stack;
  let data: string;

  beforeAll(async () => {
    stack = await startStack();
    data = join(stack.directory, 'scan.npy');
    const size = ['--size', '16', '--angles', String(fewAngles.length)];
    await rondel(['data', 'phantom', '-o', data, ...size], stack.environment);
    await stack.startWorker('--pool', 'default', '--threads', '1');
    await stack.startWorker('--pool', 'elsewhere', '--threads', '1', '--label', 'gpu=a100');
  });
  afterAll(() => stack.stop());

  async function run(plan: string): Promise<Job> {
    const set = ['--set', `iterations=${iterations}`, '--set', `parameter.reco.angles=[${fewAngles.join(', ')}]`];
    const submitted = await rondel(['submit', plan, data, '--json', '--detach', ...set], stack.environment);
    expect(submitted.stderr).toBe('');
    const { id } = JSON.parse(submitted.stdout) as { id: string };
    return stack.client.waitForJob(id);
  }

  it('runs on that worker, has the plan hash of the plain plan and gives its image bit for bit', async () => {
    const plain = await run('radon/iterative');
    expect(plain.error?.message).toBeUndefined();
    for (const worker of ['elsewhere', 'gpu=a100']) {
      const file = join(stack.directory, `${worker}.toml`);
      const made = await rondel(
        ['plan', 'distribute', 'radon/iterative', '--worker', worker, '-o', file],
        stack.environment,
      );
      expect(made.stderr).toBe('');
      const job = await run(file);
      expect(job.error?.message).toBeUndefined();
      expect(job.plan.sha256).toBe(plain.plan.sha256);
      expect(job.result?.artifact).toBe(plain.result?.artifact);
      expect(job.steps.map(({ path }) => path)).toEqual(['parameter.pre', 'parameter.reco']);
      const [workers, plainWorkers] = [job, plain].map((each) => new Set(each.steps.map((step) => step.worker)));
      expect(workers?.size).toBe(1);
      expect(workers).not.toEqual(plainWorkers);
    }
  });
});
