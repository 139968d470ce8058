import type { Redis } from 'ioredis';
import { guarded, sparedAnswers } from '../redis/connection.js';
import { requireIndex } from '../index/job-index.js';
import { keys } from '../redis/keys.js';
import { batchText } from '../sweeps/sweep-jobs.js';
import { ticketFrom } from '../algorithms/algorithm-record.js';
import { DamagedRecord, isOfOtherType } from '../stored/stored.js';

/** Commands of one pipeline; more would keep others waiting. */
const atOnce = 200;

/** In the text of plans, data and results alike; neither JSON nor TOML writes these characters in another way. */
const artifactPattern = /\bartifact:sha256-([0-9a-f]{64})/g;
const jobPattern = /"job:([0-9A-HJKMNP-TV-Z]{26})"/g;

/** Hashes of the artifacts that a text refers to. */
export function artifactsIn(text: string): string[] {
  return Array.from(text.matchAll(artifactPattern), ([, sha256 = '']) => sha256);
}

/**
 * SHA-256 of all artifacts that somebody still needs: what jobs that have not ended read, also those that a sweep has yet
 * to add; results that are not in a record yet, or that nobody has taken from a warm algorithm; what plan sessions and warm algorithms name.
 * The same one may come more than once. Reads one batch after the other.
 *
 * @param except Jobs that are as good as gone: what they alone need does not count.
 */
export async function* liveReferences(redis: Redis, except: ReadonlySet<string> = new Set()): AsyncGenerator<string> {
  // What a damaged key should have named is named by others.
  await guarded(requireIndex(redis));
  const live = await guarded(redis.zrange(keys.live, '0', '-1'));
  const unrecorded = await guarded(redis.smembers(keys.unrecorded));
  const ids = [...live, ...unrecorded, ...(await untakenJobs(redis))];
  yield* ofJobs(
    redis,
    ids.filter((id) => !except.has(id)),
  );
  yield* ofSweeps(redis);
  yield* ofAlgorithms(redis);
  yield* ofSessions(redis);
}

async function* ofJobs(redis: Redis, ids: readonly string[]): AsyncGenerator<string> {
  for (let start = 0; start < ids.length; start += atOnce) {
    const pipeline = redis.pipeline();
    for (const id of ids.slice(start, start + atOnce)) pipeline.hmget(keys.job(id), 'work', 'result');
    // What is no hash refers to nothing.
    for (const fields of await sparedAnswers<(string | null)[]>(pipeline, () => undefined)) {
      for (const text of fields ?? []) if (text !== null) yield* inText(redis, text);
    }
  }
}

/** Undefined for what is of another type than Rondel makes it. */
async function unlessOther<T>(answer: Promise<T>): Promise<T | undefined> {
  return guarded(answer).catch((error: unknown) => {
    if (isOfOtherType(error)) return undefined;
    throw error;
  });
}

async function* inText(redis: Redis, text: string): AsyncGenerator<string> {
  yield* artifactsIn(text);
  for (const [, id = ''] of text.matchAll(jobPattern)) {
    yield* artifactsIn((await unlessOther(redis.hget(keys.job(id), 'result'))) ?? '');
  }
}

async function untakenJobs(redis: Redis): Promise<string[]> {
  const jobs: string[] = [];
  for (const algorithm of await guarded(redis.zrange(keys.algorithms, '0', '-1'))) {
    const tickets = await guarded(redis.lrange(keys.tickets(algorithm), '0', '-1'));
    jobs.push(...tickets.map((entry) => ticketFrom(entry).job));
  }
  return jobs;
}

async function* ofAlgorithms(redis: Redis): AsyncGenerator<string> {
  for (const algorithm of await guarded(redis.zrange(keys.algorithms, '0', '-1'))) {
    yield* artifactsIn(((await unlessOther(redis.hvals(keys.algorithm(algorithm)))) ?? []).join('\n'));
  }
}

/** What cannot be read is made no job of, as whoever adds the jobs of the sweep finds out and says. */
async function unlessDamaged(text: Promise<string>): Promise<string> {
  return text.catch((error: unknown) => {
    if (error instanceof DamagedRecord) return '';
    throw error;
  });
}

async function* ofSweeps(redis: Redis): AsyncGenerator<string> {
  for (const sweep of await guarded(redis.zrange(keys.unsettledSweeps, '0', '-1'))) {
    for (let index = 0; ; index += 1) {
      const packed = await guarded(redis.lindexBuffer(keys.sweepJobs(sweep), index));
      if (packed === null) break;
      yield* inText(redis, await unlessDamaged(batchText(packed)));
    }
  }
}

async function* ofSessions(redis: Redis): AsyncGenerator<string> {
  for (const session of await guarded(redis.zrange(keys.sessions, '0', '-1'))) {
    yield* artifactsIn((await unlessOther(redis.get(keys.sessionSnapshot(session)))) ?? '');
    const changes = await unlessOther(redis.xrange(keys.sessionLog(session), '-', '+'));
    for (const [, fields] of changes ?? []) yield* artifactsIn(fields.join('\n'));
  }
}
