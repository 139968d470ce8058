import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ChainableCommander, Redis } from 'ioredis';
import { guarded } from './connection.js';
import type { JobHead, JobWork } from './job-fields.js';
import { creation } from './ledger.js';
import type { LegQueue } from './leg-queue.js';
import type { Legs } from './legs.js';
import { keys } from './keys.js';
import { createScript } from './scripts.js';

/** A job that is ready to be written down. */
export interface NewJob {
  readonly head: JobHead;
  readonly work: JobWork;
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The plans of a batch differ in a few values, so they take little more than one of them. */
export async function packJobs(jobs: readonly NewJob[]): Promise<Buffer> {
  return compress(JSON.stringify(jobs));
}

export async function unpackJobs(packed: Buffer): Promise<NewJob[]> {
  return JSON.parse((await decompress(packed)).toString('utf8')) as NewJob[];
}

/** Writes jobs down, then queues them. Jobs that are there already stay as they are. */
export async function addJobs(redis: Redis, legs: Legs, jobs: readonly NewJob[]): Promise<void> {
  const pipeline = redis.pipeline().script('LOAD', createScript.lua);
  for (const { head, work } of jobs) {
    const { keys: jobKeys, args } = creation(head, work);
    const all = [...jobKeys, keys.job(head.id)];
    pipeline.evalsha(createScript.sha, all.length, ...all, ...args, 0);
  }
  await executed(pipeline);
  for (const { to, heads } of byFirstQueue(jobs)) {
    const entries = heads.map(({ id, priority }) => ({ leg: firstLeg(id), priority }));
    await legs.addAll(entries, to);
  }
}

/** Answers of a pipeline. Throws the first error among them. */
export async function executed(pipeline: ChainableCommander): Promise<unknown[]> {
  const answers = (await guarded(pipeline.exec())) ?? [];
  return answers.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}

function firstLeg(job: string) {
  return { job, generation: 0, stage: 0, block: 0 };
}

interface QueuedHeads {
  readonly to: LegQueue;
  readonly heads: JobHead[];
}

function byFirstQueue(jobs: readonly NewJob[]): QueuedHeads[] {
  const groups = new Map<string, QueuedHeads>();
  for (const { head } of jobs) {
    const { queue, requires } = head.stages[0] ?? { queue: head.pool };
    const group = groups.get(queue) ?? { to: { queue, ...(requires && { requires }) }, heads: [] };
    group.heads.push(head);
    groups.set(queue, group);
  }
  return [...groups.values()];
}
