import { setTimeout as sleep } from 'node:timers/promises';
import type { Submission } from '@rondel/contracts';
import type { Recipe, TestData } from './load.js';
import type { PatientClient } from './patient-client.js';
import type { FaultStack } from './stack.js';
import type { AcceptedJob } from './submit-load.js';

export interface Outage {
  readonly seconds: number;
  /** From the first answer of Redis to the first job that the API accepts. */
  readonly acceptedAfterMs: number;
  /** Until the fleet has ended a job that was submitted then. */
  readonly endedAfterMs: number;
  readonly jobs: readonly AcceptedJob[];
  readonly broken: readonly string[];
}

const acceptWithinMs = 2000;
const endWithinMs = 60_000;

/** Redis is away for so many seconds: what the API says meanwhile, and how long everybody takes to be back. */
export async function sitOutRedis(stack: FaultStack, { image }: TestData, seconds: number): Promise<Outage> {
  const { redis, url, workers, patient } = stack;
  const broken: string[] = [];
  const recipe: Recipe = { plan: { name: 'lab/stumble' }, parameters: { seconds: 1 }, data: image };
  const submission = { ...recipe, attempts: 20 };
  const before = workers.map((worker) => worker.pid());
  const running = await patient.client.submit(submission);
  await redis.kill();
  const end = Date.now() + seconds * 1000;
  do {
    broken.push(...(await saysSo(url, submission)));
    await sleep(Math.min(1000, Math.max(0, end - Date.now())));
  } while (Date.now() < end);
  await redis.start();
  const back = performance.now();
  const { id, acceptedAfterMs } = await firstAccepted(patient, submission, back);
  if (acceptedAfterMs > acceptWithinMs) {
    broken.push(`after ${seconds} s without Redis the API took ${acceptedAfterMs.toFixed(0)} ms to accept a job again`);
  }
  const signal = AbortSignal.timeout(endWithinMs);
  for (const job of [running.id, id]) {
    const { state } = await patient.client.waitForJob(job, { signal });
    if (state !== 'completed') broken.push(`job ${job} is ${state} after Redis was away`);
  }
  const endedAfterMs = performance.now() - back;
  if (workers.some((worker, index) => worker.pid() !== before[index]))
    broken.push('a worker did not outlive the outage');
  const jobs = [running.id, id].map((job) => ({ id: job, kind: 'outage', recipe, allowed: ['completed'] as const }));
  return { seconds, acceptedAfterMs, endedAfterMs, jobs, broken: [...new Set(broken)] };
}

/** What is wrong with the answers of an API whose Redis is away. */
async function saysSo(url: string, submission: unknown): Promise<string[]> {
  const health = await fetch(`${url}/healthz`);
  const ready = await fetch(`${url}/readyz`);
  const submitted = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(submission),
  });
  const problems: string[] = [];
  if (health.status !== 200) problems.push(`/healthz answered ${health.status} without Redis`);
  if (ready.status !== 503) problems.push(`/readyz answered ${ready.status} without Redis`);
  if (submitted.status !== 503) problems.push(`a job was answered with ${submitted.status} without Redis`);
  if (submitted.headers.get('retry-after') === null) problems.push('a 503 without Retry-After');
  return problems;
}

async function firstAccepted({ client }: PatientClient, submission: Submission, back: number) {
  for (;;) {
    try {
      const { id } = await client.submit(submission, { idempotencyKey: 'after the outage' });
      return { id, acceptedAfterMs: performance.now() - back };
    } catch {
      // Not yet: how long that takes is the question.
      await sleep(20);
    }
  }
}
