import type { Redis } from 'ioredis';
import { layoutConstants } from '../../bullmq/layout.js';
import { guarded } from '../../redis/connection.js';
import { idempotencyIndex, idempotencySeconds } from '../../redis/idempotency.js';
import type { NewJob } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { jobLine } from '../../line/line.js';
import { countedConstants } from '../transition-constants.js';
import { toStored } from '../../stored/versions.js';
import { luaScript } from '../../lua/lua-script.js';

/** What `create-job.lua` needs, in any script that writes a job down. */
export const creationKeys = ['job', 'events', 'jobs', 'live'] as const;
export const creationArgs = ['id', 'created', 'line', 'head', 'work', 'attempts', 'warrant', 'owed'] as const;
export const creationConstants = countedConstants;

/** A job that is to be written down. */
interface CreatedJob extends NewJob {
  /** It was accepted before, with its sweep. */
  readonly isOwed?: boolean;
}

/** The values of those for a job. */
export function creation({ head, work, warrant = '', isOwed = false }: CreatedJob) {
  return {
    keys: { job: keys.job(head.id), events: keys.events(head.id), jobs: keys.jobs, live: keys.live },
    args: {
      id: head.id,
      created: Date.parse(head.createdAt),
      line: JSON.stringify(jobLine(head, 0)),
      head: toStored('job', head),
      work: JSON.stringify(work),
      attempts: head.attemptsPerRun,
      warrant,
      owed: isOwed ? 1 : 0,
    },
  };
}

export const createScript = luaScript('transitions/job/create.lua', {
  keys: [...creationKeys, 'idempotency'],
  args: [...creationArgs, 'idempotencySeconds', 'queue'],
  constants: { ...creationConstants, ...layoutConstants },
  read: (answer) => answer as readonly [id: string, before?: number],
});

/** @param queue What the keys of the queue of its first sub-job begin with. */
export function createCall(job: CreatedJob, queue: string, idempotencyKey?: string) {
  const { keys: jobKeys, args } = creation(job);
  const idempotency = idempotencyKey === undefined ? jobKeys.job : idempotencyIndex(idempotencyKey);
  return { keys: { ...jobKeys, idempotency }, args: { ...args, idempotencySeconds, queue } };
}

/** The sets of those who wait for a job are forgotten so long after the last one has come: whoever waits is found without. */
const followersKeptSeconds = 30 * 24 * 3600;

export const createWaitingScript = luaScript('transitions/job/create-waiting.lua', {
  keys: [...creationKeys, 'idempotency'],
  moreKeys: true,
  args: [...creationArgs, 'idempotencySeconds', 'awaits', 'keptSeconds'],
  constants: creationConstants,
  read: (answer) => answer as readonly [id: string, before?: number],
});

/** As `createJob`, of a job that has to wait for others first. */
export async function createWaitingJob(
  redis: Redis,
  job: CreatedJob,
  awaits: readonly string[],
  idempotencyKey?: string,
): Promise<{ readonly before: number } | string> {
  const { keys: jobKeys, args } = creation(job);
  const idempotency = idempotencyKey === undefined ? jobKeys.job : idempotencyIndex(idempotencyKey);
  const [id, before] = await guarded(
    createWaitingScript.run(redis, {
      keys: { ...jobKeys, idempotency },
      moreKeys: awaits.map(keys.followers),
      args: { ...args, idempotencySeconds, awaits: JSON.stringify(awaits), keptSeconds: followersKeptSeconds },
    }),
  );
  return before === undefined ? id : { before };
}

/** Returns how many jobs come before it, or the id that the idempotency key stands for. */
export async function createJob(
  redis: Redis,
  call: ReturnType<typeof createCall>,
): Promise<{ readonly before: number } | string> {
  const [id, before] = await guarded(createScript.run(redis, call));
  return before === undefined ? id : { before };
}
