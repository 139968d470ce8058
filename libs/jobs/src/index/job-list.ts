import {
  projectOf,
  type Job,
  type JobCounts,
  type JobFilter,
  type JobState,
  type StateCounts,
} from '@rondel/contracts';
import type { ChainableCommander, Redis } from 'ioredis';
import { zipped } from '../record/job-fields.js';
import { sparedAnswers } from '../redis/connection.js';
import { headFrom, jobFromHash } from '../record/job-fields.js';
import type { JobHead } from '../record/job-parts.js';
import { idsFound, requireIndex, sizesOfStates, statesOf } from './job-index.js';
import { keys } from '../redis/keys.js';
import type { Damage } from '../stored/stored.js';

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
type Looked = Pick<
  JobHead,
  'id' | 'pool' | 'labels' | 'plan' | 'submitter' | 'project' | 'title' | 'set' | 'rerunOf'
> & {
  readonly state: JobState;
};

/** Where jobs are read from, and what becomes of those that are damaged. */
interface Source {
  readonly redis: Redis;
  readonly damage: Damage;
}

/** Jobs that one question reads. */
const mostScanned = 20_000;

/** A job by its record; undefined when there is none. */
export type ReadRecorded = (id: string) => Promise<Job | undefined>;

/** Newest first. A page may hold fewer than `limit` although there are more: where there is a cursor, there may be. */
export async function listJobs(
  source: Source,
  query: JobPageQuery,
  recorded: ReadRecorded = () => Promise.resolve(undefined),
): Promise<{ jobs: Job[]; cursor?: string }> {
  const { ids, cursor } = await findJobs(source, query);
  const { damage } = source;
  // Of a job that is divided also what each of its blocks has; never its plan, which may have megabytes.
  const names = (await readAll(source, ids, (pipeline, key) => pipeline.hkeys(key))).map(shownFields);
  const hashes = await readAll(source, ids, (pipeline, key, index) =>
    pipeline.hmget(key, ...(names[index] ?? ['head'])),
  );
  const found = await Promise.all(
    ids.map(async (id, index) => {
      const hash = zipped(names[index] ?? [], hashes[index] ?? []);
      return hash.head === undefined ? recorded(id) : damage.spare('job', id, () => jobFromHash(hash));
    }),
  );
  const jobs = found.filter((job) => job !== undefined);
  return { jobs, ...(cursor !== undefined && { cursor }) };
}

export async function findJobs(source: Source, { limit, cursor, ...filter }: JobPageQuery): Promise<FoundJobs> {
  const ids: string[] = [];
  let last = cursor;
  let scanned = 0;
  for await (const page of candidates(source, filter, cursor)) {
    for (const id of page.found) {
      if (ids.length === limit) return { ids, ...(last !== undefined && { cursor: last }) };
      ids.push(id);
      last = id;
    }
    last = page.last ?? last;
    scanned += page.scanned;
    if (scanned >= mostScanned && last !== undefined) return { ids, cursor: last };
  }
  return { ids };
}

export async function countJobs(source: Source, filter: JobFilter): Promise<JobCounts> {
  const states: StateCounts = { queued: 0, waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  const { state, pool, label, submitter, project, rerunOf, q } = filter;
  if ([state, pool, label, submitter, project, rerunOf, q].every((wanted) => wanted === undefined)) {
    await requireIndex(source.redis);
    for (const [each, size] of await sizesOfStates(source.redis)) states[each] = size;
    return { total: totalOf(states), states };
  }
  let scanned = 0;
  for await (const page of candidates(source, filter)) {
    for (const each of await statesOf(source.redis, page.found)) if (each !== undefined) states[each] += 1;
    scanned += page.scanned;
    if (scanned >= mostScanned) return { total: totalOf(states), states, partial: true };
  }
  return { total: totalOf(states), states };
}

function totalOf(states: StateCounts): number {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

/** Jobs that a filter finds among some that follow each other. */
interface Candidates {
  readonly found: readonly string[];
  /** The last one that was looked at. */
  readonly last?: string | undefined;
  /** How many had to be read for that. */
  readonly scanned: number;
}

/** Newest first, those after the cursor. What the index can't tell is read of each job. */
async function* candidates(source: Source, filter: JobFilter, cursor?: string): AsyncGenerator<Candidates> {
  await requireIndex(source.redis);
  for await (const ids of idsFound(source.redis, filter, cursor)) {
    if (filter.q === undefined) {
      yield { found: ids, scanned: 0 };
      continue;
    }
    const jobs = await summaries(source, ids);
    const found = jobs.filter((job) => matches(job, filter)).map(({ id }) => id);
    yield { found, last: ids.at(-1), scanned: ids.length };
  }
}

/** The same of many jobs, in one round trip; undefined where there is no hash. */
async function readAll(
  { redis, damage }: Source,
  ids: readonly string[],
  ask: (pipeline: ChainableCommander, key: string, index: number) => unknown,
): Promise<((string | null)[] | undefined)[]> {
  const pipeline = redis.pipeline();
  for (const [index, id] of ids.entries()) ask(pipeline, keys.job(id), index);
  return sparedAnswers(pipeline, (index, error) => damage.note('job', ids[index] ?? '', error.message));
}

const largeFields: ReadonlySet<string> = new Set(['work', 'provenance', 'inputs']);

function shownFields(names: readonly (string | null)[] | undefined): string[] {
  const shown = (names ?? []).flatMap((name) =>
    name === null || largeFields.has(name) || name.endsWith(':output') ? [] : [name],
  );
  return shown.length === 0 ? ['head'] : shown;
}

async function summaries(source: Source, ids: readonly string[]): Promise<Looked[]> {
  const answers = await readAll(source, ids, (pipeline, key) => pipeline.hmget(key, 'head', 'state'));
  return answers.flatMap((answer, index) => {
    const [text, state] = answer ?? [];
    if (typeof text !== 'string') return [];
    const head = source.damage.spare('job', ids[index] ?? '', () => headFrom(text));
    return head === undefined ? [] : [{ ...head, state: state as JobState }];
  });
}

function matches(job: Looked, { state, pool, label, submitter, project, rerunOf, q }: JobFilter): boolean {
  if (state !== undefined && !state.includes(job.state)) return false;
  if (pool !== undefined && job.pool !== pool) return false;
  if (submitter !== undefined && job.submitter !== submitter) return false;
  if (project !== undefined && projectOf(job) !== project) return false;
  if (rerunOf !== undefined && job.rerunOf !== rerunOf) return false;
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
