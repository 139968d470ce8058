import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { executed } from '../redis/connection.js';
import { Type } from '@rondel/contracts/schema';
import { JobHeadSchema } from '../record/job-head-schema.js';
import type { NewJob } from '../record/job-parts.js';
import { JobWorkSchema } from '../record/work-schemas.js';
import { DamagedRecord, parseStored } from '../stored/stored.js';
import { isOf } from '../stored/stored-schema.js';
import { queueOf } from '../places/subjob-queue.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import type { Awaiting } from '../ledger/awaiting.js';
import { awaitedIn } from '../ledger/ledger.js';
import { createCall, createScript, createWaitingJob } from '../transitions/job/create.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The plans of a batch differ in a few values, so they take little more than one of them. A list, without a number, is version 1. */
export async function packJobs(jobs: readonly NewJob[]): Promise<Buffer> {
  return compress(JSON.stringify(jobs));
}

/** Throws `DamagedRecord`, and `LaterVersion`. */
export async function unpackJobs(packed: Buffer): Promise<readonly NewJob[]> {
  const jobs = parseStored('sweep batch', await batchText(packed));
  if (isBatch(jobs)) return jobs;
  throw new DamagedRecord('a batch of its jobs does not say what they are');
}

/** JSON of whatever version. Throws `DamagedRecord`. */
export async function batchText(packed: Buffer): Promise<string> {
  const bytes = await decompress(packed).catch((error: unknown) => {
    throw new DamagedRecord('a batch of its jobs cannot be unpacked', { cause: error });
  });
  return bytes.toString('utf8');
}

const BatchSchema = Type.Array(
  Type.Object({ head: JobHeadSchema, work: JobWorkSchema, warrant: Type.Optional(Type.String()) }),
);

function isBatch(value: unknown): value is readonly NewJob[] {
  return isOf(BatchSchema, value);
}

interface AddParts {
  readonly redis: Redis;
  readonly subjobs: Pick<Subjobs, 'ready'>;
  readonly awaiting: Pick<Awaiting, 'begin'>;
}

/** Writes jobs down and queues those that need not wait for others. Jobs that are there already stay as they are. */
export async function addJobs({ redis, subjobs, awaiting }: AddParts, jobs: readonly NewJob[]): Promise<void> {
  const calls: ReturnType<typeof createCall>[] = [];
  for (const job of jobs) {
    const { head, work } = job;
    const awaits = awaitedIn(work);
    if (awaits.length > 0) {
      await createWaitingJob(redis, { ...job, isOwed: true }, awaits);
      await awaiting.begin(head.id, awaits);
      continue;
    }
    const queue = await subjobs.ready(queueOf({ job: head.id, stage: 0 }, head.stages));
    calls.push(createCall({ ...job, isOwed: true }, queue));
  }
  if (calls.length === 0) return;
  const pipeline = redis.pipeline();
  createScript.addTo(pipeline, calls);
  await executed(pipeline);
}
