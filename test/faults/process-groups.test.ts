import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@rondel/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondelScript } from '../support/machine/rondel-command.js';
import { childrenOf, eventually, startStack, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';

describe('the processes of a worker', { timeout: 120_000 }, () => {
  let stack: Stack;
  let data: string;
  const groups: number[] = [];

  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    stack = await startStack();
    data = await putSmallFile(stack.client);
  });
  afterEach(() => {
    for (const group of groups.splice(0)) if (isThere(-group)) process.kill(-group, 'SIGKILL');
    return stack.stopWorkers();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  /** In a process group, as a shell and Slurm start it. */
  async function startInGroup(...args: string[]) {
    const child = spawn(process.execPath, [rondelScript, 'worker', '--engine', 'wasm', '--threads', '1', ...args], {
      env: { ...process.env, ...stack.environment },
      stdio: 'ignore',
      detached: true,
    });
    const pid = child.pid ?? 0;
    groups.push(pid);
    await eventually(async () => (await stack.client.workers()).some((worker) => worker.pid === pid), stack.log);
    return { pid, exit: once(child, 'exit') };
  }

  async function submitActive(parameters: Record<string, unknown>): Promise<Job> {
    const job = await stack.client.submit({ plan: { name: 'lab/stumble' }, data, parameters });
    await eventually(async () => (await stack.client.job(job.id)).progress !== undefined, stack.log);
    return job;
  }

  /** Pid of the program that a step has started. */
  async function startedBy(job: Job): Promise<number> {
    for await (const event of stack.client.events(job.id)) {
      const pid = event.type === 'log' ? /^started (\d+)$/.exec(event.data.message)?.[1] : undefined;
      if (pid !== undefined) return Number(pid);
    }
    throw new Error('nothing was started');
  }

  it('O4: finish what they run within the grace period whatever signal their whole group gets', async () => {
    const { pid, exit } = await startInGroup('--grace', '60');
    const job = await submitActive({ seconds: 3 });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(-pid, signal);
    // Slurm and systemd find them by their control group.
    for (const executor of await childrenOf(pid)) process.kill(executor, 'SIGTERM');
    expect(await exit).toEqual([0, null]);
    const { state, attempts } = await stack.client.job(job.id);
    expect([state, attempts.allowed - attempts.made]).toEqual(['completed', 2]);
  });

  it('O4: hand it back at once, at no cost of attempts, when they are asked a second time', async () => {
    const { pid, exit } = await startInGroup('--grace', '60');
    const job = await submitActive({ seconds: 50 });
    process.kill(-pid, 'SIGTERM');
    await sleep(2500);
    process.kill(-pid, 'SIGTERM');
    expect(await exit).toEqual([0, null]);
    const { state, attempts } = await stack.client.job(job.id);
    expect([state, attempts.allowed - attempts.made]).toEqual(['queued', 3]);
    await stack.client.cancel(job.id);
  });

  it('O11: take with them what steps have started, when the job is cancelled, and when executor or worker is killed', async () => {
    const { pid } = await startInGroup();
    const run = async () => {
      const job = await submitActive({ seconds: 50, starts: true });
      const program = await startedBy(job);
      expect(isThere(program)).toBe(true);
      return { job, program };
    };
    const cancelled = await run();
    await stack.client.cancel(cancelled.job.id);
    await eventually(() => !isThere(cancelled.program), stack.log);
    const killed = await run();
    for (const executor of await childrenOf(pid)) process.kill(executor, 'SIGKILL');
    await eventually(() => !isThere(killed.program), stack.log);
    await stack.client.cancel(killed.job.id);
    const orphaned = await run();
    process.kill(pid, 'SIGKILL');
    await eventually(() => !isThere(orphaned.program), stack.log);
    await stack.client.cancel(orphaned.job.id);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
