import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { childrenOf, eventually, startStack, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';

describe('a worker that stands still for longer than its locks live, as with its machine', { timeout: 120_000 }, () => {
  let stack: Stack;
  // A second try with the workers of the first would be another test.
  beforeEach(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    stack = await startStack();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  it('loses its job to another one, and goes on with the next when it wakes up', async () => {
    const { client, log } = stack;
    const data = await putSmallFile(client);
    const submit = (seconds: number) =>
      client.submit({ plan: { name: 'lab/stumble' }, data, parameters: { seconds }, pool: 'still' });
    const still = await stack.startWorker('--threads', '1', '--pool', 'still');
    const { id } = await submit(8);
    await eventually(async () => (await client.job(id)).state === 'active', log);
    const other = await stack.startWorker('--threads', '1', '--pool', 'still');
    // Executors first: the supervisor ends its own as soon as it wakes up, and then there is none to wake.
    const all = [...(await childrenOf(still.record.pid)), still.record.pid];
    const signal = (name: NodeJS.Signals) => all.forEach((pid) => process.kill(pid, name));

    signal('SIGSTOP');
    await eventually(async () => (await client.job(id)).worker === other.record.id, log);
    expect((await client.workers()).map(({ id: worker, state }) => [worker, state])).toContainEqual([
      still.record.id,
      'lost',
    ]);
    signal('SIGCONT');
    const job = await client.waitForJob(id);
    expect([job.state, job.worker, job.attempts.made]).toEqual(['completed', other.record.id, 2]);
    const next = await Promise.all([submit(2), submit(2)]);
    const ended = await Promise.all(next.map((each) => client.waitForJob(each.id)));
    expect(ended.map(({ state, attempts }) => [state, attempts.made])).toEqual([
      ['completed', 1],
      ['completed', 1],
    ]);
    expect(new Set(ended.map(({ worker }) => worker))).toEqual(new Set([still.record.id, other.record.id]));
  });
});
