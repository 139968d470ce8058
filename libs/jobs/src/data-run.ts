import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { keys } from './keys.js';
import { runScript, script } from './scripts.js';
import { serverTimeLua } from './server-time.js';

/** What Redis holds between two times that it has lost everything. */
export interface DataRun {
  readonly id: string;
  /** Since when, by the clock of Redis. */
  readonly since: string;
  /** Whether somebody knew of data that was there before and is gone. */
  readonly afterLoss: boolean;
}

/**
 * The one that is, or a new one. KEYS: run. ARGV: id for a new one, the one that the caller knows or ''.
 * Returns id, time of its beginning in ms, and 1 after a loss.
 */
const runScriptLua = script(`${serverTimeLua}
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'id', ARGV[1], 'since', now, 'afterLoss', ARGV[2] == '' and 0 or 1)
end
return redis.call('HMGET', KEYS[1], 'id', 'since', 'afterLoss')
`);

/** @param known What the caller has seen last. */
export async function readDataRun(redis: Redis, known: string | undefined): Promise<DataRun> {
  const call = { keys: [keys.dataRun], args: [randomUUID(), known ?? ''] };
  const [id = '', since = '', afterLoss = ''] = (await guarded(runScript(redis, runScriptLua, call))) as string[];
  return { id, since: new Date(Number(since)).toISOString(), afterLoss: afterLoss === '1' };
}
