import {
  isTerminal,
  JobEventSchema,
  JobIdSchema,
  type Job,
  type JobCounts,
  type JobEvent,
  type JobFilter,
  type JobState,
} from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { JobArchive } from '../record/archive.js';
import type { Subjob, OpenSubjob } from '../record/subjob-attempts.js';
import { guarded } from '../redis/connection.js';
import { incompleteSubjobs } from '../stages/stage-fields.js';
import { readEndedJobs, readMeanSeconds, type EndedJobs } from '../record/ended-jobs.js';
import { archiveFromHash, hashOf, zipped, headFrom, isOfLater, jobFromHash } from '../record/job-fields.js';
import type { JobHash, JobHead } from '../record/job-parts.js';
import {
  countJobs,
  findJobs,
  listJobs,
  type FoundJobs,
  type JobPageQuery,
  type ReadRecorded,
} from '../index/job-list.js';
import { asideOf, keys } from '../redis/keys.js';
import { DamagedRecord, parseJson, type Damage } from '../stored/stored.js';
import { requireKnown } from '../stored/versions.js';
import { isOf } from '../stored/stored-schema.js';
import { isHandedBack } from '../transitions/attempt/give-back.js';

export interface StoredEvent {
  readonly id: string;
  readonly event: JobEvent;
}

/** What Redis holds of jobs. What it holds and Rondel has not written is noted, and as if it were not there. */
export interface JobReading {
  /** One of a later version says so in a warning. Throws `LaterVersion` for one that cannot even be shown. */
  get(id: string): Promise<Job | undefined>;
  /** What of a job does not change, see `JobHead`. Throws `LaterVersion`. */
  head(id: string): Promise<JobHead | undefined>;
  /** Throws `LaterVersion`. */
  archive(id: string): Promise<JobArchive | undefined>;
  /** @param recorded Reads the jobs of which only the record is left. */
  list(query: JobPageQuery, recorded?: ReadRecorded): Promise<{ jobs: Job[]; cursor?: string }>;
  /** As `list`, their ids alone. */
  find(query: JobPageQuery): Promise<FoundJobs>;
  count(filter: JobFilter): Promise<JobCounts>;
  /** Whether the sub-job was taken back or handed back and nobody has begun it since. */
  isHandedBack(subjob: Subjob): Promise<boolean>;
  /** Whatever Redis holds of a job, also what cannot be read as one; undefined where there is nothing. */
  remains(id: string): Promise<JobHash | undefined>;
  /** Sub-jobs of the present stage that are not complete. */
  openSubjobs(id: string): Promise<OpenSubjob[]>;
  /** Events after the given id, oldest first. */
  events(id: string, after: string): Promise<StoredEvent[]>;
  /** The first sub-job of the present stage, and all stages of the job. */
  present(id: string): Promise<{ readonly subjob: Subjob; readonly stages: JobHead['stages'] } | undefined>;
  /** How many jobs wait for their turn in a pool. */
  waiting(pool: string): Promise<number>;
  /** Jobs that have not ended and were created before the given time, oldest first. */
  live(before: number): Promise<string[]>;
  unrecorded(): Promise<string[]>;
  /**
   * The last run of a job that has ended for good, -1 when none has, or when only later versions know: nobody needs its parts any
   * more.
   */
  overRun(id: string): Promise<number>;
  /** How many jobs have ended, and how long they took. */
  ended(): Promise<EndedJobs[]>;
  /** Mean time from first start to end of the pool's last completed jobs; undefined when there is none yet. */
  meanSeconds(pool: string): Promise<number | undefined>;
}

/** With what changes of jobs need besides. */
export interface OpenedReading extends JobReading {
  /** All fields of a job or some; none where there is something else. */
  readonly fields: (id: string, ...names: string[]) => Promise<JobHash>;
}

export function openJobReading(redis: Redis, damage: Damage): OpenedReading {
  /** All fields of a job or some; none where there is something else. */
  const fields = async (id: string, ...names: string[]): Promise<JobHash> => {
    const key = keys.job(id);
    if (names.length === 0) return (await damage.spareAnswer('job', id, guarded(redis.hgetall(key)))) ?? {};
    return zipped(names, (await damage.spareAnswer('job', id, guarded(redis.hmget(key, ...names)))) ?? []);
  };
  /** What stands among ids and is none would end whatever goes through them. */
  const ids = (found: readonly string[]) =>
    found.filter((id) => {
      const isId = isOf(JobIdSchema, id);
      if (!isId) damage.note('job id', id, 'it is no id of a job');
      return isId;
    });
  const findHead = async (id: string) => {
    const head = await damage.spareAnswer('job', id, guarded(redis.hget(keys.job(id), 'head')));
    return typeof head === 'string' ? damage.spareDamaged('job', id, () => headFrom(head)) : undefined;
  };
  return {
    fields,
    async get(id) {
      const hash = await fields(id);
      return hash.head === undefined ? undefined : damage.spareDamaged('job', id, () => jobFromHash(hash));
    },

    head: findHead,

    async archive(id) {
      const hash = await fields(id);
      return hash.head === undefined ? undefined : damage.spareDamaged('job', id, () => archiveFromHash(hash));
    },

    list: (query, recorded) => guarded(listJobs({ redis, damage }, query, recorded)),
    find: (query) => guarded(findJobs({ redis, damage }, query)),
    count: (filter) => guarded(countJobs({ redis, damage }, filter)),
    isHandedBack: (subjob) => isHandedBack(redis, subjob),

    async remains(id) {
      const key = keys.job(id);
      return (await guarded(redis.exists(key, asideOf(key)))) > 0 ? fields(id) : undefined;
    },

    async openSubjobs(id) {
      return incompleteSubjobs(id, await fields(id));
    },

    async events(id, after) {
      for (let last = after; ;) {
        const entries = await guarded(redis.xrange(keys.events(id), `(${last}`, '+', 'COUNT', 100));
        const events = entries.flatMap(([entry, written]) => {
          const event = damage.spare('event', `${id} ${entry}`, () => eventFromFields(written));
          return event === undefined ? [] : [{ id: entry, event }];
        });
        if (events.length > 0 || entries.length === 0) return events;
        last = entries.at(-1)?.[0] ?? last;
      }
    },

    async present(id) {
      const { head: text, generation, stage } = await fields(id, 'head', 'generation', 'stage');
      const head = text === undefined ? undefined : damage.spare('job', id, () => headFrom(text));
      if (head === undefined) return undefined;
      const { stages } = head;
      return { subjob: { job: id, generation: Number(generation), stage: Number(stage), block: 0 }, stages };
    },

    waiting: (pool) => guarded(redis.zcard(keys.queued(pool))),
    live: async (before) => ids(await guarded(redis.zrangebyscore(keys.live, '-inf', before))),
    unrecorded: async () => ids(await guarded(redis.smembers(keys.unrecorded))),
    async overRun(id) {
      const { state, run, head } = await fields(id, 'state', 'run', 'head');
      if (head !== undefined && isOfLater(head)) return -1;
      if (state === undefined) return Infinity;
      return isTerminal(state as JobState) ? Number(run ?? 0) : Number(run ?? 0) - 1;
    },
    ended: () => guarded(readEndedJobs(redis)),
    meanSeconds: (pool) => guarded(readMeanSeconds(redis, pool)),
  };
}

/** A field `v` has its version, where that is not the first. Throws `DamagedRecord` and `LaterVersion`. */
function eventFromFields(fields: readonly string[]): JobEvent {
  const { type, data, v } = hashOf(fields);
  requireKnown('event', undefined, { v: Number(v) });
  const event = { type, data: parseJson(data) };
  if (isOf(JobEventSchema, event)) return event;
  throw new DamagedRecord('it is no event of a job');
}
