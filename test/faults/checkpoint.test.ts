import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

let stack: Stack;
let data: string;

beforeAll(async () => {
  stack = await startStack();
  const phantom = join(stack.directory, 'phantom.npy');
  const made = await rondel(
    ['data', 'phantom', '-o', phantom, '--size', '32', '--frames', '1', '--angles', '64'],
    stack.environment,
  );
  expect(made.code, made.stderr).toBe(0);
  const put = await rondel(['data', 'put', phantom, '--json'], stack.environment);
  data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
});
afterEach(() => stack.stopWorkers());
afterAll(() => stack.stop());

const iterations = 700;
const angles = Array.from({ length: 64 }, (_, index) => (index * Math.PI) / 64);

/** Iterates for some seconds; states are small, so that checkpoints may follow each other soon. */
function submitLong(overrides: { attempts?: number; split?: string } = {}): Promise<Job> {
  return stack.client.submit({
    plan: { name: 'radon/iterative' },
    parameters: { iterations, angles, solver: 'POGM', relTol: 0 },
    data,
    ...overrides,
  });
}

function startWorker(...args: string[]): Promise<WorkerProcess> {
  return stack.startWorker('--checkpoint-every', '0.1', ...args);
}

async function end({ child }: WorkerProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

let image: string | undefined;
/** The image that nobody disturbed, computed once without a checkpoint by a worker that leaves afterwards. */
async function undisturbed(): Promise<string> {
  if (image !== undefined) return image;
  const worker = await stack.startWorker();
  const { id } = await submitLong();
  const { result, steps } = await stack.client.waitForJob(id);
  expect(steps.some(({ resumed }) => resumed !== undefined)).toBe(false);
  await end(worker, 'SIGTERM');
  if (result === undefined) throw new Error('the quiet run has no image');
  return (image = result.artifact);
}

async function checkpointsOf(job: string): Promise<string[]> {
  return readdir(join(stack.directory, 'store', 'checkpoints', job)).catch(() => []);
}

/** Until a checkpoint has taken the place of one before it. */
async function untilCheckpointed(id: string): Promise<void> {
  const seen = new Map<string, number>();
  await eventually(
    async () => {
      for (const name of await checkpointsOf(id)) {
        if (name.endsWith('.part')) continue;
        const { mtimeMs } = await stat(join(stack.directory, 'store', 'checkpoints', id, name));
        if (mtimeMs > (seen.get(name) ?? mtimeMs)) return true;
        seen.set(name, mtimeMs);
      }
      return false;
    },
    () => stack.log(),
  );
  expect((await stack.client.job(id)).state).toBe('active');
}

/** Cleaning up follows the end of the job. */
async function expectNothingLeft(id: string): Promise<void> {
  await eventually(
    async () => !(await readdir(join(stack.directory, 'store', 'checkpoints'))).includes(id),
    () => stack.log(),
  );
}

describe('a job that iterates', { timeout: 120_000 }, () => {
  it('goes on from its last checkpoint on another worker when its own is killed, to the same image', async () => {
    const expected = await undisturbed();
    const first = await startWorker();
    const { id } = await submitLong();
    await untilCheckpointed(id);
    await end(first, 'SIGKILL');
    const second = await startWorker();
    const job = await stack.client.waitForJob(id);
    expect(job).toMatchObject({ state: 'completed', attempts: { made: 2 }, worker: second.record.id });
    const resumed = job.steps.find(({ path }) => path === 'parameter.reco')?.resumed;
    expect(resumed).toMatchObject({ iterations, attempt: 1, worker: first.record.id });
    expect(resumed?.iteration).toBeGreaterThan(1);
    expect(await stack.client.provenance(id)).toMatchObject({ resumed: [{ path: 'parameter.reco', ...resumed }] });
    expect(await said(id)).toContain(
      `parameter.reco resumed at iteration ${resumed?.iteration} of ${iterations} from the checkpoint of attempt 1 on ${first.record.id}.`,
    );
    expect(job.result?.artifact).toBe(expected);
    await expectNothingLeft(id);
  });

  it('that is split goes on elsewhere with the block under way when its worker must leave', async () => {
    const expected = await undisturbed();
    const first = await startWorker('--grace', '0.1');
    const { id } = await submitLong({ attempts: 1, split: 'slice:16' });
    await untilCheckpointed(id);
    await end(first, 'SIGTERM');
    expect(await checkpointsOf(id)).not.toEqual([]);
    await startWorker();
    const job = await stack.client.waitForJob(id);
    expect(job.error?.message).toBeUndefined();
    expect(job.result?.artifact).toBe(expected);
    const { legs: subjobs = [] } = await stack.client.provenance(id);
    const resumed = subjobs.filter((subjob) => subjob.resumed !== undefined);
    expect(resumed).toMatchObject([{ resumed: [{ path: 'parameter.reco', worker: first.record.id }] }]);
    const blocks = job.steps.at(-1)?.subjobs?.filter((block) => block.resumed !== undefined);
    expect(blocks?.map((block) => block.id)).toEqual(resumed.map((subjob) => subjob.id));
    await expectNothingLeft(id);
  });

  it('leaves no checkpoint when it is cancelled', async () => {
    await startWorker();
    const { id } = await submitLong();
    await untilCheckpointed(id);
    await stack.client.cancel(id);
    await expectNothingLeft(id);
  });
});

/** What the log of an ended job says. */
async function said(id: string): Promise<string[]> {
  const messages: string[] = [];
  for await (const { type, data } of stack.client.events(id)) {
    if (type === 'log') messages.push(data.message);
    if (type === 'result') break;
  }
  return messages;
}
