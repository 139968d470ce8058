import { jobStates, type Job, type JobFilter, type JobState } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { executed } from './connection.js';
import { jobIndexLua } from './job-index-lua.js';
import { indexPrefix, keys } from './keys.js';
import { runScript, script } from './scripts.js';

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

function conditionsOf({ pool, submitter, label, rerunOf, state }: JobFilter): Conditions {
  const named = { pool, submitter, label, rerunOf };
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

/** How many of a set come before what follows the cursor, which need not be in it. KEYS: set, all jobs. ARGV: cursor. */
const rankScript = script(`
local rank = redis.call('ZREVRANK', KEYS[1], ARGV[1])
if rank then return rank + 1 end
local created = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not created then return 0 end
redis.call('ZADD', KEYS[1], created, ARGV[1])
rank = redis.call('ZREVRANK', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
return rank
`);

interface Entry {
  readonly id: string;
  readonly created: number;
}

async function* newestFirst(redis: Redis, set: string, cursor: string | undefined): AsyncGenerator<Entry> {
  const start =
    cursor === undefined ? 0 : Number(await runScript(redis, rankScript, { keys: [set, keys.jobs], args: [cursor] }));
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

/** As a job is now, and only in the one state that it has. KEYS: job. ARGV: id. */
const mendScript = script(`${jobIndexLua}
local fields = redis.pcall('HMGET', KEYS[1], 'head', 'state')
local head, state = fields[1], fields[2]
-- Its record is in the store.
if not head and redis.call('HEXISTS', '${keys.indexed}', ARGV[1]) == 1 then return 0 end
local created = redis.call('ZSCORE', '${keys.jobs}', ARGV[1])
unindexJob(ARGV[1])
local whole, decoded = pcall(cjson.decode, head or '')
if created and whole and state and type(decoded) == 'table' and decoded.pool then
  indexJob(ARGV[1], created, decoded, state)
elseif created and redis.call('EXISTS', KEYS[1]) == 1 then
  -- Damaged: who lists it passes it over.
  redis.call('ZADD', '${indexPrefix}state:failed', created, ARGV[1])
else
  redis.call('ZREM', '${keys.jobs}', ARGV[1])
end
return 1
`);

/** A job whose hash has expired. KEYS: job. ARGV: id. */
const forgetScript = script(`${jobIndexLua}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
unindexJob(ARGV[1])
return redis.call('ZREM', '${keys.jobs}', ARGV[1])
`);

/** A job that has ended, if nothing is known of it. KEYS: job. ARGV: id, time of creation, what names its sets, state. */
const noteScript = script(`${jobIndexLua}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('ZADD', '${keys.jobs}', ARGV[2], ARGV[1])
indexJob(ARGV[1], ARGV[2], cjson.decode(ARGV[3]), ARGV[4])
return 1
`);

export async function noteRecorded(redis: Redis, jobs: readonly Job[]): Promise<void> {
  const pipeline = redis.pipeline().script('LOAD', noteScript.lua);
  for (const { id, pool, submitter, labels, rerunOf, createdAt, state } of jobs) {
    const named = JSON.stringify({ pool, submitter, labels, rerunOf });
    pipeline.evalsha(noteScript.sha, '1', keys.job(id), id, String(Date.parse(createdAt)), named, state);
  }
  await executed(pipeline);
}

/** Leaves the rest to the next time once the signal is aborted. */
export async function forgetGone(redis: Redis, ids: readonly string[], signal?: AbortSignal): Promise<void> {
  for (let start = 0; start < ids.length && signal?.aborted !== true; start += pageLength) {
    const pipeline = redis.pipeline().script('LOAD', forgetScript.lua);
    for (const id of ids.slice(start, start + pageLength)) pipeline.evalsha(forgetScript.sha, '1', keys.job(id), id);
    await executed(pipeline);
  }
}

/**
 * Indexes all jobs anew when those of all states are not as many as there are, or nobody has said that the index is whole.
 * Scripts keep it so, but for those of a version that knows no index.
 */
export async function mendIndex(redis: Redis): Promise<void> {
  const line = jobStates.reduce((all, state) => all.zcard(stateSet(state)), redis.pipeline().zcard(keys.jobs));
  const [jobs = 0, ...states] = (await executed(line)).map(Number);
  const counted = states.reduce((sum, size) => sum + size, 0);
  if (counted === jobs && (await isWhole(redis))) return;
  for (let offset = 0; ; offset += pageLength) {
    const ids = await redis.zrange(keys.jobs, String(offset), String(offset + pageLength - 1));
    const pipeline = redis.pipeline().script('LOAD', mendScript.lua);
    for (const id of ids) pipeline.evalsha(mendScript.sha, '1', keys.job(id), id);
    await executed(pipeline);
    if (ids.length < pageLength) break;
  }
  await redis.set(keys.indexBuilt, '1');
}
