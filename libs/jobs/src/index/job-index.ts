import { jobStates, type Job, type JobFilter, type JobState } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { executed } from '../redis/connection.js';
import { setConstants } from './set-constants.js';
import { indexPrefix, keys } from '../redis/keys.js';
import { asNumber } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { recordVersions } from '../stored/versions.js';
import { retentionSeconds } from '../transitions/job/finish.js';
import { mendRegisters } from './registers.js';

/** Ids that are looked at in one round trip. */
const pageLength = 1000;

export function stateSet(state: JobState): string {
  return `${indexPrefix}state:${state}`;
}

/** The set of those jobs for which one condition of a filter holds; any of the sets of states, as a job has one of them. */
interface Conditions {
  readonly all: readonly string[];
  readonly states: readonly string[];
}

function conditionsOf({ pool, submitter, project, label, rerunOf, state }: JobFilter): Conditions {
  const named = { pool, submitter, project, label, rerunOf };
  const all = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [`${indexPrefix}${name}:${value}`],
  );
  return { all, states: (state ?? []).map(stateSet) };
}

/** Makes the index, which is there but for the first time with this version. */
export async function requireIndex(redis: Redis): Promise<void> {
  if (!(await isWhole(redis))) await mendIndex(redis);
}

/** Whether somebody has seen to it that all jobs are in the index. */
async function isWhole(redis: Redis): Promise<boolean> {
  return (await redis.exists(keys.indexBuilt)) === 1;
}

/**
 * Ids of the jobs that a filter finds by the index, whatever `q` says: newest first, those after the cursor, page by page.
 */
export async function* idsFound(redis: Redis, filter: JobFilter, cursor?: string): AsyncGenerator<string[]> {
  const { all, states } = conditionsOf(filter);
  const [smallest = keys.jobs, ...others] = await bySize(redis, all);
  // The fewest candidates are in one of the sets, or in those of the states together.
  const byState = states.length > 0 && (await sizeOf(redis, states)) < (await redis.zcard(smallest));
  const driving = byState ? states : [smallest];
  const checked = byState ? all : others;
  for await (const ids of merged(redis, driving, cursor)) {
    const inAll = await membership(redis, checked, ids);
    const inState = byState || states.length === 0 ? undefined : await membership(redis, states, ids);
    yield ids.filter(
      (_, index) =>
        inAll.every((found) => found[index] !== null) &&
        (inState === undefined || inState.some((found) => found[index] !== null)),
    );
  }
}

/** States of jobs, in their order; undefined for one that is gone. */
export async function statesOf(redis: Redis, ids: readonly string[]): Promise<(JobState | undefined)[]> {
  const found = await membership(redis, jobStates.map(stateSet), ids);
  return ids.map((_, index) => jobStates.find((_state, at) => (found[at]?.[index] ?? null) !== null));
}

export async function sizesOfStates(redis: Redis): Promise<[JobState, number][]> {
  const sizes = await executed(jobStates.reduce((line, state) => line.zcard(stateSet(state)), redis.pipeline()));
  return jobStates.map((state, index) => [state, Number(sizes[index])]);
}

async function sizeOf(redis: Redis, sets: readonly string[]): Promise<number> {
  const sizes = await Promise.all(sets.map((set) => redis.zcard(set)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function bySize(redis: Redis, sets: readonly string[]): Promise<string[]> {
  const sized = await Promise.all(sets.map(async (set) => ({ set, size: await redis.zcard(set) })));
  return sized.sort((a, b) => a.size - b.size).map(({ set }) => set);
}

/** Of each set the scores of the ids in it, else null. */
async function membership(redis: Redis, sets: readonly string[], ids: readonly string[]): Promise<(string | null)[][]> {
  if (sets.length === 0 || ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const set of sets) pipeline.zmscore(set, ...ids);
  return (await executed(pipeline)) as (string | null)[][];
}

export const rankScript = luaScript('index/rank.lua', { keys: ['set', 'jobs'], args: ['cursor'], read: asNumber });

interface Entry {
  readonly id: string;
  readonly created: number;
}

async function* newestFirst(redis: Redis, set: string, cursor: string | undefined): AsyncGenerator<Entry> {
  const start =
    cursor === undefined ? 0 : await rankScript.run(redis, { keys: { set, jobs: keys.jobs }, args: { cursor } });
  for (let offset = start; ; offset += pageLength) {
    const flat = await redis.zrevrange(set, offset, offset + pageLength - 1, 'WITHSCORES');
    for (let at = 0; at + 1 < flat.length; at += 2) yield { id: flat[at] ?? '', created: Number(flat[at + 1]) };
    if (flat.length < 2 * pageLength) return;
  }
}

function isNewer(a: Entry, b: Entry): boolean {
  return a.created > b.created || (a.created === b.created && a.id > b.id);
}

/** The members of several sets in one order, in pages. */
async function* merged(redis: Redis, sets: readonly string[], cursor: string | undefined): AsyncGenerator<string[]> {
  const lines = sets.map((set) => newestFirst(redis, set, cursor));
  const next = async (line: AsyncGenerator<Entry>): Promise<Entry | undefined> => {
    const result = await line.next();
    return result.done === true ? undefined : result.value;
  };
  const heads = await Promise.all(lines.map(next));
  let page: string[] = [];
  for (;;) {
    let first: number | undefined;
    for (const [index, head] of heads.entries()) {
      const best = first === undefined ? undefined : heads[first];
      if (head !== undefined && (best === undefined || isNewer(head, best))) first = index;
    }
    const [head, line] = first === undefined ? [] : [heads[first], lines[first]];
    if (first === undefined || head === undefined || line === undefined) break;
    page.push(head.id);
    heads[first] = await next(line);
    if (page.length < pageLength) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

export const mendScript = luaScript('index/mend.lua', {
  keys: ['job', 'live', 'unrecorded'],
  args: ['id', 'created', 'since'],
  constants: { ...setConstants, keptSeconds: retentionSeconds, knownJobs: recordVersions.job },
  read: asNumber,
});

export const forgetExpiredScript = luaScript('index/forget-expired.lua', {
  keys: ['job'],
  args: ['id'],
  constants: setConstants,
  read: asNumber,
});

export const noteRecordedScript = luaScript('index/note-recorded.lua', {
  keys: ['job'],
  args: ['id', 'created', 'head', 'state'],
  constants: setConstants,
  read: asNumber,
});

export async function noteRecorded(redis: Redis, jobs: readonly Job[]): Promise<void> {
  const pipeline = redis.pipeline();
  const calls = jobs.map(({ id, pool, submitter, project, labels, rerunOf, createdAt, state }) => ({
    keys: { job: keys.job(id) },
    args: {
      id,
      created: Date.parse(createdAt),
      head: JSON.stringify({ pool, submitter, project, labels, rerunOf }),
      state,
    },
  }));
  noteRecordedScript.addTo(pipeline, calls);
  await executed(pipeline);
}

/** Leaves the rest to the next time once the signal is aborted. */
export async function forgetGone(redis: Redis, ids: readonly string[], signal?: AbortSignal): Promise<void> {
  for (let start = 0; start < ids.length && signal?.aborted !== true; start += pageLength) {
    const pipeline = redis.pipeline();
    const calls = ids.slice(start, start + pageLength).map((id) => ({ keys: { job: keys.job(id) }, args: { id } }));
    forgetExpiredScript.addTo(pipeline, calls);
    await executed(pipeline);
  }
}

/** An end of this age may have lacked its record when a set of ids was lost. */
const recentMs = 3_600_000;

/**
 * Indexes all jobs anew when those of all states are not as many as there are, or nobody has said that the index is whole.
 * Scripts keep it so, but for those of a version that knows no index; and whoever moves a damaged key aside takes that word
 * back. Then all keys are gone through as well, for what the sets of ids may lack.
 */
export async function mendIndex(redis: Redis): Promise<void> {
  const line = jobStates.reduce((all, state) => all.zcard(stateSet(state)), redis.pipeline().zcard(keys.jobs));
  const [jobs = 0, ...states] = (await executed(line)).map(Number);
  const counted = states.reduce((sum, size) => sum + size, 0);
  const whole = await isWhole(redis);
  if (counted === jobs && whole) return;
  for (let offset = 0; ; offset += pageLength) {
    const ids = await redis.zrange(keys.jobs, String(offset), String(offset + pageLength - 1));
    await mendJobs(
      redis,
      ids.map((id) => [id, '']),
    );
    if (ids.length < pageLength) break;
  }
  const lost = await redis.get(keys.namesLost);
  if (lost !== null) await mendRegisters(redis, (found) => mendJobs(redis, found));
  // What was moved aside meanwhile is looked after the next time.
  if (lost !== null && (await redis.get(keys.namesLost)) === lost) await redis.del(keys.namesLost);
  await redis.set(keys.indexBuilt, '1');
}

async function mendJobs(redis: Redis, jobs: readonly (readonly [id: string, created: number | ''])[]): Promise<void> {
  if (jobs.length === 0) return;
  const since = new Date(Date.now() - recentMs).toISOString();
  const pipeline = redis.pipeline();
  const calls = jobs.map(([id, created]) => ({
    keys: { job: keys.job(id), live: keys.live, unrecorded: keys.unrecorded },
    args: { id, created, since },
  }));
  mendScript.addTo(pipeline, calls);
  await executed(pipeline);
}
