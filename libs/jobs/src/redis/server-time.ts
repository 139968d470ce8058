import type { Redis } from 'ioredis';
import { guarded } from './connection.js';

/** By the clock of Redis, on which all who share it agree, in milliseconds since 1970. */
export async function serverTime(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await guarded(redis.time());
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

/**
 * By how many milliseconds the clock here is ahead of that of Redis, as far as a question and its answer allow to tell.
 *
 * @param ask Asks Redis something that it answers with its time.
 */
export async function aheadOfServer(ask: () => Promise<number>): Promise<number> {
  const asked = Date.now();
  const now = await ask();
  // The clock there was read in between.
  const [least, most] = [asked - now, Date.now() - now];
  if (least > 0) return least;
  return Math.min(0, most);
}

/** The clock of Redis, read without asking for it each time. */
export interface ServerClock {
  /** In milliseconds since 1970. Steps of the clock of this machine do not matter. */
  readonly now: () => number;
  close(): void;
}

/** Clocks drift apart by far less than a millisecond meanwhile, but that of Redis may be set, or another server take over. */
const askEveryMs = 5000;

/** Throws `SERVICE_UNAVAILABLE` when Redis does not answer. */
export async function openServerClock(redis: Redis): Promise<ServerClock> {
  let ahead = 0;
  const ask = async () => {
    const asked = performance.now();
    const now = await serverTime(redis);
    // It was read in between.
    ahead = now - (asked + performance.now()) / 2;
  };
  await ask();
  // While Redis is away the last answer is good; the connection tells of that.
  const timer = setInterval(() => void ask().catch(() => undefined), askEveryMs);
  timer.unref();
  return { now: () => Math.round(performance.now() + ahead), close: () => clearInterval(timer) };
}
