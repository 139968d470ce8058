import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { executed } from '../redis/connection.js';
import type { JobHead, JobWork } from '../record/job-parts.js';
import { queueOf } from '../places/subjob-queue.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import { createCall, createScript } from '../transitions/job/create.js';

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

/** Writes jobs down and queues them. Jobs that are there already stay as they are. */
export async function addJobs(redis: Redis, subjobs: Pick<Subjobs, 'ready'>, jobs: readonly NewJob[]): Promise<void> {
  const calls: ReturnType<typeof createCall>[] = [];
  for (const { head, work } of jobs) {
    const queue = await subjobs.ready(queueOf({ job: head.id, stage: 0 }, head.stages));
    calls.push(createCall(head, work, queue));
  }
  const pipeline = redis.pipeline();
  createScript.addTo(pipeline, calls);
  await executed(pipeline);
}
