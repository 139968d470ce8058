import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { smallFile, stumblingPackage } from '../support/machine/stumbling.js';

describe('a data root that is not there any more', { timeout: 120_000 }, () => {
  let stack: Stack;
  let scans: string;
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    stack = await startStack();
    scans = join(stack.directory, 'scans');
    await mkdir(scans);
    await writeFile(join(scans, 'a.npy'), smallFile());
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  const submit = () =>
    stack.client.submit({ plan: { name: 'lab/stumble' }, data: 'root://scans/a.npy', parameters: { seconds: 1 } });

  it('costs jobs nothing but time: they wait for it, and say so', async () => {
    const { client, log } = stack;
    const { record } = await stack.startWorker('--threads', '1', '--data-root', `scans=${scans}`);
    expect(await client.waitForJob((await submit()).id)).toMatchObject({ state: 'completed' });
    await rename(scans, `${scans}-away`);
    const job = await submit();
    await eventually(async () => (await client.job(job.id)).waiting !== undefined, log);
    expect((await client.job(job.id)).waiting?.reason).toBe('needs data root scans, 0 of 1 workers have it');
    expect((await client.workers()).find(({ id }) => id === record.id)?.roots).toEqual([]);
    expect(log()).toContain('data root \\"scans\\" is lost');

    await rename(`${scans}-away`, scans);
    const { state, attempts } = await client.waitForJob(job.id);
    expect([state, attempts.allowed - attempts.made]).toEqual(['completed', 2]);
  });

  it('sends jobs to another worker that has it', async () => {
    const { client, log } = stack;
    const elsewhere = join(stack.directory, 'elsewhere');
    await mkdir(elsewhere);
    await rename(join(scans, 'a.npy'), join(elsewhere, 'a.npy'));
    await rename(scans, `${scans}-away`);
    const job = await submit();
    await eventually(async () => (await client.job(job.id)).waiting !== undefined, log);
    const { record } = await stack.startWorker('--threads', '1', '--data-root', `scans=${elsewhere}`);
    expect(await client.waitForJob(job.id)).toMatchObject({ state: 'completed', worker: record.id });
  });
});
