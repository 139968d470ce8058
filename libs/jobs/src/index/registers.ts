import type { ChainableCommander, Redis } from 'ioredis';
import { mendEntries } from '../bullmq/mend-entries.js';
import { executed, sparedAnswers } from '../redis/connection.js';
import { keyPrefix, keys } from '../redis/keys.js';
import { serverTime } from '../redis/server-time.js';

/** Keys that one round trip looks at. */
const pageLength = 1000;

/** An id by its key, of what lists know by sets of ids. */
const idIn = new RegExp(`^${keyPrefix}:(job|sweep|session|algorithm):([^:]+)$`);

/** An id and when that was created, in milliseconds since 1970. */
export type Created = readonly [id: string, at: number];

/**
 * Goes through all keys for what sets of ids should name, as where such a set is lost: sweeps, plan sessions and warm
 * algorithms come back into theirs, sub-jobs onto their queues, and jobs are given to whoever knows theirs.
 */
export async function mendRegisters(
  redis: Redis,
  mendJobs: (jobs: readonly Created[]) => Promise<void>,
): Promise<void> {
  const now = await serverTime(redis);
  for (let cursor = '0'; ;) {
    // All of them are hashes.
    const [next, found] = await redis.scan(cursor, 'MATCH', `${keyPrefix}:*`, 'COUNT', pageLength, 'TYPE', 'hash');
    await mendEntries(redis, found);
    const named = found.flatMap((key) => {
      const [, kind = '', id = ''] = idIn.exec(key) ?? [];
      return kind === '' ? [] : [{ kind, id }];
    });
    const of = (wanted: string) => named.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
    const heads = await each<string | null>(redis, of('job'), (line, id) => line.hget(keys.job(id), 'head'));
    await mendJobs(created(heads));
    await mendSweeps(redis, of('sweep'));
    await mendSessions(redis, of('session'), now);
    await mendAlgorithms(redis, of('algorithm'));
    if (next === '0') return;
    cursor = next;
  }
}

/** Answers of one command for each id; undefined where its key holds something else. */
async function each<T>(
  redis: Redis,
  ids: readonly string[],
  ask: (pipeline: ChainableCommander, id: string) => unknown,
): Promise<(readonly [id: string, answer: T])[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) ask(pipeline, id);
  // Whoever reads what is damaged says so.
  const answers = await sparedAnswers<T>(pipeline, () => undefined);
  return ids.flatMap((id, index) => {
    const answer = answers[index];
    return answer === undefined ? [] : [[id, answer] as const];
  });
}

async function add(redis: Redis, set: string, members: readonly Created[]): Promise<void> {
  if (members.length === 0) return;
  const pipeline = redis.pipeline();
  for (const [id, at] of members) pipeline.zadd(set, 'NX', at, id);
  await executed(pipeline);
}

async function mendSweeps(redis: Redis, ids: readonly string[]): Promise<void> {
  const heads = await each<string | null>(redis, ids, (line, id) => line.hget(keys.sweep(id), 'head'));
  await add(redis, keys.sweeps, created(heads));
  const owed = await each<number>(redis, ids, (line, id) => line.exists(keys.sweepJobs(id)));
  const unsettled = new Set(owed.flatMap(([id, exists]) => (exists === 1 ? [id] : [])));
  await add(redis, keys.unsettledSweeps, created(heads.filter(([id]) => unsettled.has(id))));
}

async function mendSessions(redis: Redis, ids: readonly string[], now: number): Promise<void> {
  const left = await each<number>(redis, ids, (line, id) => line.pttl(keys.session(id)));
  const alive = left.flatMap(([id, ms]) => (ms > 0 ? [[id, now + ms] as const] : []));
  await add(redis, keys.sessions, alive);
}

async function mendAlgorithms(redis: Redis, ids: readonly string[]): Promise<void> {
  const all = await each<(string | null)[]>(redis, ids, (line, id) => line.hmget(keys.algorithm(id), 'state', 'head'));
  const open = all.flatMap(([id, [state, head]]) =>
    typeof state === 'string' && state !== 'closed' ? [[id, head ?? null] as const] : [],
  );
  await add(redis, keys.algorithms, created(open));
}

/** When each was created, as its head says. */
function created(heads: readonly (readonly [id: string, head: string | null])[]): Created[] {
  return heads.flatMap(([id, head]) => {
    const at = Date.parse(/"createdAt":"([^"]*)"/.exec(head ?? '')?.[1] ?? '');
    return Number.isNaN(at) ? [] : [[id, at] as const];
  });
}
