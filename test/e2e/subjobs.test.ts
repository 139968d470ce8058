import { join } from 'node:path';
import type { Job, SubjobRecord } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const angles = Array.from({ length: 90 }, (_, index) => (index * Math.PI) / 90);

describe('one sub-job', { timeout: 180_000 }, () => {
  let stack: Stack;
  let data: string;

  beforeAll(async () => {
    stack = await startStack();
    const file = join(stack.directory, 'scan.npy');
    await rondel(['data', 'phantom', '-o', file, '--size', '64', '--frames', '2', '--angles', '90'], stack.environment);
    const put = await rondel(['data', 'put', file, '--json'], stack.environment);
    data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
    await stack.startWorker('--threads', '1');
    await stack.startWorker('--threads', '1');
  });
  afterAll(() => stack.stop());

  /** Two blocks that compute for a while. */
  function submit(iterations: number, split?: string): Promise<Job> {
    const parameters = { angles, iterations };
    return stack.client.submit({ plan: { name: 'radon/iterative' }, data, parameters, ...(split && { split }) });
  }

  const subjobs = ({ steps }: Job) => steps.flatMap((step) => step.subjobs ?? []);
  const running = (job: Job) => subjobs(job).filter(({ state, fraction = 0 }) => state === 'active' && fraction > 0);

  async function untilRunning(id: string, count: number): Promise<SubjobRecord[]> {
    let found: SubjobRecord[] = [];
    await eventually(
      async () => (found = running(await stack.client.job(id))).length === count,
      () => stack.log(),
      60_000,
    );
    return found;
  }

  it('starts again alone, without using up an attempt, and the image is the same', async () => {
    const plain = await stack.client.waitForJob((await submit(120)).id);
    const { id } = await submit(120, 'frame:1');
    const [stuck] = await untilRunning(id, 2);
    const sent = await stack.client.cancelSubjob(id, stuck?.id ?? '', { again: true });
    expect(sent.state).toBe('active');
    const job = await stack.client.waitForJob(id);
    expect(job.state, job.error?.message).toBe('completed');
    const attempts = new Map(subjobs(job).map((each) => [each.id, each.attempts]));
    expect(attempts.get(stuck?.id ?? '')).toBe(2);
    expect([...attempts.values()].filter((made) => made > 1)).toHaveLength(1);
    expect(job.result?.artifact).toBe(plain.result?.artifact);
    const late = await rondel(['cancel', id, '--subjob', stuck?.id ?? ''], stack.environment);
    expect(late.stdout).toContain('had completed before');
  });

  it('ends its job when it is cancelled, which names it, and the others stop', async () => {
    const { id } = await submit(5000, 'frame:1');
    const [first] = await untilRunning(id, 2);
    const wrong = await rondel(['cancel', id, '--subjob', '7.0', '--json'], stack.environment);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ code: 'CONFLICT' });
    const job = await stack.client.cancelSubjob(id, first?.id ?? '');
    expect(job).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED', details: { subjob: first?.id } } });
    await eventually(
      async () => (await stack.client.workers()).every(({ running: jobs }) => jobs.length === 0),
      () => stack.log(),
    );
  });
});
