import type { WriteRecord } from '../record/archive.js';
import {
  isTerminal,
  RondelError,
  SweepRecordSchema,
  type Failure,
  type JobState,
  type JsonValue,
  type Progress,
  projectOf,
  type Result,
  type SweepRecord,
  type Warning,
  type WarrantSigner,
} from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { Type } from '@rondel/contracts/schema';
import { executed, guarded, sparedAnswers } from '../redis/connection.js';
import { presentWarnings } from '../record/job-fields.js';
import { fromStored, parseJson, type Damage } from '../stored/stored.js';
import { LaterVersion, recordVersions, requireKnown, toStored, unlessLater } from '../stored/versions.js';
import { isOf } from '../stored/stored-schema.js';
import { keys } from '../redis/keys.js';
import { quotaConstants } from '../quotas/quota-constants.js';
import { idempotencyIndex, idempotencySeconds } from '../redis/idempotency.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import type { Awaiting } from '../ledger/awaiting.js';
import { retentionSeconds } from '../transitions/job/finish.js';
import { asWord } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { serverTime } from '../redis/server-time.js';
import { signedJob } from '../warrants/signed-job.js';
import type { NewJob } from '../record/job-parts.js';
import { addJobs, packJobs, unpackJobs } from './sweep-jobs.js';

/** A sweep whose acceptance broke off leaves its jobs for this long. */
const abandonedSeconds = 3600;
/** Commands of one pipeline; more would keep others waiting. */
const pipelineLength = 500;

/** Where a job stands, in short. */
export interface JobStanding {
  readonly state: JobState;
  readonly fraction: number;
  readonly warnings?: Warning[];
  readonly error?: Failure;
  readonly result?: Result;
  /** When the job was erased. */
  readonly erased?: string;
}

export interface SweepPageQuery {
  readonly limit: number;
  /** Id of the last sweep of the page before. */
  readonly cursor?: string | undefined;
  /** All unless given. */
  readonly project?: string | undefined;
}

/** Sweeps that are looked at together for their project. */
const looksAtOnce = 100;

/**
 * Sweeps: one job for each of many ways to set a plan. A sweep is accepted as a whole, with all its jobs, in one step;
 * the jobs are added after that, by whoever accepted it or, should that process die, by a reconciler.
 */
export interface Sweeps {
  /**
   * Takes the jobs batch by batch and then accepts the sweep; when a batch throws nothing is left. Returns the id of the
   * sweep, or of the one that the idempotency key stands for.
   */
  create(record: SweepRecord, batches: AsyncIterable<readonly NewJob[]>, idempotencyKey?: string): Promise<string>;
  /** The sweep that an idempotency key stands for. */
  known(idempotencyKey: string): Promise<string | undefined>;
  /**
   * Adds the jobs that are missing and writes the sweep's record. Harmless when done twice. Once the signal is aborted it
   * leaves what is still missing to whoever settles the sweep next. Throws `LaterVersion`, and leaves everything to those who
   * know it.
   */
  settle(id: string, write: WriteRecord, signal?: AbortSignal): Promise<void>;
  /** Undefined when Redis does not hold it any more. Throws `LaterVersion`. */
  get(id: string): Promise<SweepRecord | undefined>;
  /** Newest first, the ones older than `cursor`; of one project where one is given. */
  list(page: SweepPageQuery): Promise<{ sweeps: SweepRecord[]; cursor?: string }>;
  /** How jobs stand, in their order; undefined for those that Redis does not hold any more. */
  standings(jobs: readonly string[]): Promise<(JobStanding | undefined)[]>;
  /** Sweeps that were accepted before the given time and may lack jobs or a record. */
  unsettled(before: number): Promise<string[]>;
  /** Whether all jobs of the sweep have been added. */
  isSettled(id: string): Promise<boolean>;
  /** Lists sweeps of the store's records of which Redis knows nothing any more, as long as they would be kept. */
  noteRecorded(sweeps: readonly SweepRecord[]): Promise<void>;
  /** Drops sweeps accepted before the given time of whose jobs none is left. */
  forgetExpired(before: number): Promise<void>;
}

export const createSweepScript = luaScript('sweeps/create.lua', {
  keys: ['sweep', 'jobs', 'sweeps', 'unsettled', 'idempotency'],
  args: ['id', 'created', 'head', 'items', 'idempotencySeconds'],
  constants: quotaConstants,
  read: asWord,
});

interface SweepParts {
  readonly redis: Redis;
  readonly subjobs: Subjobs;
  readonly damage: Damage;
  readonly awaiting: Pick<Awaiting, 'begin'>;
  /** Absent where nobody signs. */
  readonly signer: WarrantSigner | undefined;
}

export function openSweeps({ redis, subjobs, damage, awaiting, signer }: SweepParts): Sweeps {
  const get = async (id: string) => {
    const fields = (await damage.spareAnswer('sweep', id, guarded(redis.hgetall(keys.sweep(id))))) ?? {};
    return damage.spareDamaged('sweep', id, () => sweepFromHash(fields));
  };
  /** The first of a project's, newest first, from the one in the given place of all on. */
  const idsOf = async (project: string, start: number, most: number): Promise<string[]> => {
    const found: string[] = [];
    for (let from = start; found.length < most; from += looksAtOnce) {
      const ids = await guarded(redis.zrevrange(keys.sweeps, from, from + looksAtOnce - 1));
      const sweeps = await Promise.all(ids.map((id) => get(id).catch(unlessLater)));
      found.push(...ids.filter((_, index) => sweeps[index] && projectOf(sweeps[index]) === project));
      if (ids.length < looksAtOnce) break;
    }
    return found.slice(0, most);
  };

  return {
    async create(record, batches, idempotencyKey) {
      const { id } = record;
      const jobs = keys.sweepJobs(id);
      await collect({ redis, subjobs, signer }, jobs, batches);
      const idempotency = idempotencyKey === undefined ? keys.sweep(id) : sweepIndex(idempotencyKey);
      let answer: string | undefined;
      try {
        answer = await guarded(createSweepScript.run(redis, sweepCall(record, idempotency)));
        return answer;
      } finally {
        if (answer !== id) await guarded(redis.del(jobs));
      }
    },

    async known(idempotencyKey) {
      return (await guarded(redis.get(sweepIndex(idempotencyKey)))) ?? undefined;
    },

    async settle(id, write, signal) {
      const record = await get(id);
      if (record) await write(id, storedSweep(record));
      // Whatever became of its record, an accepted sweep gets its jobs.
      const accepted = record !== undefined || (await guarded(redis.exists(keys.sweep(id)))) === 1;
      for (let index = 0; accepted; index += 1) {
        if (signal?.aborted === true) return;
        const packed = await guarded(redis.lindexBuffer(keys.sweepJobs(id), index));
        if (packed === null) break;
        // Those of a damaged batch are never there, and have failed.
        const jobs = await damage.spareAnswer('sweep', id, unpackJobs(packed));
        if (jobs !== undefined) await addJobs({ redis, subjobs, awaiting }, jobs);
      }
      await executed(redis.multi().del(keys.sweepJobs(id)).zrem(keys.unsettledSweeps, id));
    },

    get,

    async list({ limit, cursor, project }) {
      const start = cursor === undefined ? 0 : ((await guarded(redis.zrevrank(keys.sweeps, cursor))) ?? -1) + 1;
      const ids =
        project === undefined
          ? await guarded(redis.zrevrange(keys.sweeps, start, start + limit))
          : await idsOf(project, start, limit + 1);
      const found = await Promise.all(ids.slice(0, limit).map((id) => get(id).catch(unlessLater)));
      const last = ids.length > limit ? ids[limit - 1] : undefined;
      return {
        sweeps: found.filter((sweep) => sweep !== undefined),
        ...(last !== undefined && { cursor: last }),
      };
    },

    standings: (jobs) => standingsOf({ redis, damage }, jobs),

    unsettled: (before) => guarded(redis.zrangebyscore(keys.unsettledSweeps, '-inf', before)),

    isSettled: async (id) => (await guarded(redis.zscore(keys.unsettledSweeps, id))) === null,

    async noteRecorded(records) {
      const since = (await serverTime(redis)) - retentionSeconds * 1000;
      for (const { items, ...head } of records) {
        const createdAt = Date.parse(head.createdAt);
        if (createdAt < since || (await guarded(redis.exists(keys.sweep(head.id)))) === 1) continue;
        await executed(
          redis
            .multi()
            .hset(keys.sweep(head.id), 'head', toStored('sweep', head), 'items', JSON.stringify(items))
            .zadd(keys.sweeps, createdAt, head.id),
        );
      }
    },

    async forgetExpired(before) {
      for (const id of await guarded(redis.zrangebyscore(keys.sweeps, '-inf', before))) {
        const known = await get(id).catch(asLater);
        if (known === 'later') continue;
        const jobs = known?.items.map(({ job }) => keys.job(job)) ?? [];
        if (jobs.length > 0 && (await guarded(redis.exists(...jobs))) > 0) continue;
        await executed(redis.multi().zrem(keys.sweeps, id).del(keys.sweep(id)));
      }
    },
  };
}

async function standingsOf(
  { redis, damage }: Pick<SweepParts, 'redis' | 'damage'>,
  jobs: readonly string[],
): Promise<(JobStanding | undefined)[]> {
  const standings: (JobStanding | undefined)[] = [];
  for (let start = 0; start < jobs.length; start += pipelineLength) {
    const pipeline = redis.pipeline();
    const ids = jobs.slice(start, start + pipelineLength);
    for (const id of ids) pipeline.hmget(keys.job(id), ...standingFields);
    const answers = await sparedAnswers<(string | null)[]>(pipeline, (index, error) =>
      damage.note('job', ids[index] ?? '', error.message),
    );
    standings.push(
      ...answers.map((answer = [], index) => damage.spare('job', ids[index] ?? '', () => standingFrom(answer))),
    );
  }
  return standings;
}

function sweepCall({ items, ...head }: SweepRecord, idempotency: string) {
  const { id, createdAt } = head;
  return {
    keys: {
      sweep: keys.sweep(id),
      jobs: keys.sweepJobs(id),
      sweeps: keys.sweeps,
      unsettled: keys.unsettledSweeps,
      idempotency,
    },
    args: {
      id,
      created: Date.parse(createdAt),
      head: toStored('sweep', head),
      items: JSON.stringify(items),
      idempotencySeconds,
    },
  };
}

function asLater(error: unknown): 'later' {
  if (error instanceof LaterVersion) return 'later';
  throw error;
}

/** As the store keeps it. What it is of comes first, by which records are told apart. */
function storedSweep(sweep: SweepRecord): object {
  return { sweep, v: recordVersions.sweep };
}

/** The sweep in a stored record; undefined when the record is of something else. Throws `LaterVersion`. */
export function sweepFromJson(record: JsonValue): SweepRecord | undefined {
  const value: unknown = record;
  if (isOf(OfSweepSchema, value)) requireKnown('sweep', undefined, value);
  return isStoredSweep(value) ? value.sweep : undefined;
}

const OfSweepSchema = Type.Object({ sweep: Type.Unknown() });
const StoredSweepSchema = Type.Object({ sweep: SweepRecordSchema });

function isStoredSweep(value: unknown): value is { sweep: SweepRecord } {
  return isOf(StoredSweepSchema, value);
}

export function sweepNotFound(id: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no sweep ${id}. List the sweeps to see which there are.`);
}

const { items: _, ...headProperties } = SweepRecordSchema.properties;
const SweepHeadSchema = Type.Object(headProperties);

function sweepFromHash(fields: Readonly<Record<string, string>>): SweepRecord | undefined {
  if (fields.head === undefined || fields.items === undefined) return undefined;
  return {
    ...fromStored('sweep', SweepHeadSchema, fields.head),
    items: fromStored('sweep', SweepRecordSchema.properties.items, fields.items),
  };
}

/** Keeps the jobs of a sweep that is not yet accepted. Should this process die, they expire by themselves. */
async function collect(
  {
    redis,
    subjobs,
    signer,
  }: {
    readonly redis: Redis;
    readonly subjobs: Pick<Subjobs, 'admit'>;
    readonly signer: WarrantSigner | undefined;
  },
  list: string,
  batches: AsyncIterable<readonly NewJob[]>,
): Promise<void> {
  try {
    for await (const batch of batches) {
      await subjobs.admit(batch.map(({ head }) => head));
      // With one signature for all.
      const signed = await Promise.all(batch.map((job) => signedJob(job, signer)));
      await executed(
        redis
          .multi()
          .rpush(list, await packJobs(signed))
          .expire(list, abandonedSeconds),
      );
    }
  } catch (error) {
    await guarded(redis.del(list));
    throw error;
  }
}

const standingFields = ['state', 'progress', 'error', 'result', 'warnings'] as const;

function standingFrom([state, progress, error, result, warnings]: readonly (string | null)[]): JobStanding | undefined {
  if (state === null || state === undefined) return undefined;
  const failure = parsed(error) as Failure | undefined;
  const image = parsed(result) as Result | undefined;
  const done = parsed(progress) as Progress | undefined;
  const known = state as JobState;
  return {
    state: known,
    fraction: isTerminal(known) ? 1 : (done?.fraction ?? 0),
    ...presentWarnings(warnings),
    ...(failure && { error: failure }),
    ...(image && { result: image }),
  };
}

function parsed(text: string | null | undefined): unknown {
  return text === null || text === undefined ? undefined : parseJson(text);
}

/** Apart from the keys of jobs: one key may serve for both. */
function sweepIndex(key: string): string {
  return idempotencyIndex(`sweep ${key}`);
}
