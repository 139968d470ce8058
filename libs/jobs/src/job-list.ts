import type { Job, JobCounts, JobFilter, JobState, StateCounts } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { executed } from './connection.js';
import { jobFromHash, type JobHead } from './job-fields.js';
import { keys } from './keys.js';

export interface JobPageQuery extends JobFilter {
  readonly limit: number;
  /** Id of the last job of the page before. */
  readonly cursor?: string | undefined;
}

/** Ids of jobs that a filter finds. */
export interface FoundJobs {
  readonly ids: string[];
  /** Where to go on: there may be more. */
  readonly cursor?: string;
}

/** What a filter looks at. */
type Looked = Pick<JobHead, 'id' | 'pool' | 'labels' | 'plan' | 'submitter' | 'title' | 'set'> & {
  readonly state: JobState;
};

const scanPage = 500;
/** Jobs that one question looks at. */
const mostScanned = 20_000;

/** Newest first. A page may hold fewer than `limit` although there are more: where there is a cursor, there may be. */
export async function listJobs(redis: Redis, query: JobPageQuery): Promise<{ jobs: Job[]; cursor?: string }> {
  const { ids, cursor } = await findJobs(redis, query);
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hgetall(keys.job(id));
  const hashes = (await executed(pipeline)) as Record<string, string>[];
  const jobs = hashes.filter(({ head }) => head !== undefined).map(jobFromHash);
  return { jobs, ...(cursor !== undefined && { cursor }) };
}

export async function findJobs(redis: Redis, { limit, cursor, ...filter }: JobPageQuery): Promise<FoundJobs> {
  const ids: string[] = [];
  let last = cursor;
  let scanned = 0;
  for await (const page of summaries(redis, cursor)) {
    for (const job of page) {
      scanned += 1;
      if (matches(job, filter)) {
        if (ids.length === limit) return { ids, ...(last !== undefined && { cursor: last }) };
        ids.push(job.id);
      }
      last = job.id;
    }
    if (scanned >= mostScanned && last !== undefined) return { ids, cursor: last };
  }
  return { ids };
}

export async function countJobs(redis: Redis, filter: JobFilter): Promise<JobCounts> {
  const states: StateCounts = { queued: 0, waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  let [total, scanned] = [0, 0];
  for await (const page of summaries(redis)) {
    for (const job of page.filter((each) => matches(each, filter))) {
      states[job.state] += 1;
      total += 1;
    }
    scanned += page.length;
    if (scanned >= mostScanned) return { total, states, partial: true };
  }
  return { total, states };
}

/** Newest first, those after the cursor. */
async function* summaries(redis: Redis, cursor?: string): AsyncGenerator<Looked[]> {
  const start = cursor === undefined ? 0 : ((await redis.zrevrank(keys.jobs, cursor)) ?? -1) + 1;
  for (let offset = start; ; offset += scanPage) {
    const ids = await redis.zrevrange(keys.jobs, offset, offset + scanPage - 1);
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hmget(keys.job(id), 'head', 'state');
    const answers = (await executed(pipeline)) as (string | null)[][];
    yield answers.flatMap(([head, state]) =>
      typeof head === 'string' ? [{ ...(JSON.parse(head) as JobHead), state: state as JobState }] : [],
    );
    if (ids.length < scanPage) return;
  }
}

function matches(job: Looked, { state, pool, label, submitter, q }: JobFilter): boolean {
  if (state !== undefined && !state.includes(job.state)) return false;
  if (pool !== undefined && job.pool !== pool) return false;
  if (submitter !== undefined && job.submitter !== submitter) return false;
  return (label === undefined || hasLabel(job, label)) && (q === undefined || isMeant(job, q));
}

function hasLabel({ labels }: Looked, label: string): boolean {
  const [name = '', value] = label.split(/=(.*)/s);
  return Object.hasOwn(labels, name) && (value === undefined || labels[name] === value);
}

/** Whether each word is in what the job is called by, or begins its id. */
function isMeant({ id, title = '', set = '', plan, submitter = '' }: Looked, words: string): boolean {
  const text = [title, set, plan.name ?? '', submitter].join('\n').toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word.toLowerCase()) || id.startsWith(word.toUpperCase()));
}
