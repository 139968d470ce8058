import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { RondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { executed } from './connection.js';
import type { JobHead, JobWork } from './job-fields.js';
import type { OpenLeg } from './attempts.js';
import { creation } from './job-calls.js';
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
  const [, ...created] = (await executed(pipeline)) as [unknown, ...(readonly [string, number, number])[]];
  const priorities = new Map(created.map(([id, priority]) => [id, priority]));
  for (const { to, heads } of byFirstQueue(jobs)) {
    await legs.addAll(
      heads.map(({ id }) => firstLeg(id, priorities.get(id))),
      to,
    );
  }
}

/** Throws `INTERNAL` for a job that was not written down. */
function firstLeg(job: string, priority: number | undefined): OpenLeg {
  if (priority !== undefined) return { job, generation: 0, stage: 0, block: 0, priority };
  throw new RondelError('INTERNAL', `Redis did not say whose turn it is after job ${job} was written down.`);
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
