import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script that changes a job in one step, so that no two processes can disagree about its state. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

type Argument = string | number;

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

export async function runScript(
  redis: Redis,
  { lua, sha }: Script,
  call: { readonly keys: readonly string[]; readonly args: readonly Argument[] },
): Promise<unknown> {
  const operands = [call.keys.length, ...call.keys, ...call.args] as const;
  try {
    return await redis.evalsha(sha, ...operands);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return redis.eval(lua, ...operands);
    throw error;
  }
}

// All scripts take KEYS[1] = job hash, KEYS[2] = event stream and, where they need them, the indexes after that.
const prelude = `
local function ended(state) return state == 'completed' or state == 'failed' or state == 'cancelled' end
local function tell(stream, kind, data)
  redis.call('XADD', stream, 'MAXLEN', '~', 1000, '*', 'type', kind, 'data', data)
end
local function news(channel, id) redis.call('PUBLISH', channel, id) end
local function stateEvent(state, attempt) return cjson.encode({ state = state, attempt = tonumber(attempt) }) end
`;

/** KEYS: job, events, jobs, live, queued, idempotency or ''. ARGV: id, now, rank, channel, fields as JSON, ttl. */
export const createScript = script(`${prelude}
local fields = cjson.decode(ARGV[5])
if KEYS[6] ~= KEYS[1] then
  local known = redis.call('GET', KEYS[6])
  if known then return known end
  redis.call('SET', KEYS[6], ARGV[1], 'EX', ARGV[6])
end
for name, value in pairs(fields) do redis.call('HSET', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'state', 'queued', 'attempt', 0, 'generation', 0)
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[3], ARGV[1])
tell(KEYS[2], 'state', stateEvent('queued', 0))
news(ARGV[4], ARGV[1])
return ARGV[1]
`);

/**
 * A worker starts an attempt. KEYS: job, events, queued. ARGV: id, worker, now, channel.
 * Returns the attempt's number (its fencing token), or a word that says why not.
 */
export const beginScript = script(`${prelude}
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'missing' end
if ended(state) then return state end
local allowed = tonumber(redis.call('HGET', KEYS[1], 'allowed'))
local made = tonumber(redis.call('HGET', KEYS[1], 'attempt'))
if made >= allowed then return 'exhausted' end
made = redis.call('HINCRBY', KEYS[1], 'attempt', 1)
redis.call('HSET', KEYS[1], 'state', 'active', 'worker', ARGV[2])
redis.call('HSETNX', KEYS[1], 'startedAt', ARGV[3])
redis.call('HDEL', KEYS[1], 'progress', 'steps')
redis.call('ZREM', KEYS[3], ARGV[1])
tell(KEYS[2], 'state', stateEvent('active', made))
news(ARGV[4], ARGV[1])
return made
`);

/**
 * A running attempt reports. KEYS: job, events. ARGV: id, attempt, channel, progress or '', steps or '', log or ''.
 * Returns 1, or 0 when the attempt is no longer the one that counts and must stop.
 */
export const reportScript = script(`${prelude}
if redis.call('HGET', KEYS[1], 'state') ~= 'active' then return 0 end
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[2] then return 0 end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'steps', ARGV[5]) end
if ARGV[6] ~= '' then tell(KEYS[2], 'log', ARGV[6]) end
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[1], 'progress', ARGV[4])
  tell(KEYS[2], 'progress', ARGV[4])
end
if ARGV[4] ~= '' or ARGV[6] ~= '' then news(ARGV[3], ARGV[1]) end
return 1
`);

/**
 * An attempt gives its work back. KEYS: job, events, queued. ARGV: id, attempt, channel, state, rank, extra, error or ''.
 * 'extra' is 1 when the attempt shall not count (the worker was asked to leave), else 0. Returns 1, or 0 when stale.
 */
export const giveBackScript = script(`${prelude}
if redis.call('HGET', KEYS[1], 'state') ~= 'active' then return 0 end
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[4])
redis.call('HINCRBY', KEYS[1], 'allowed', ARGV[6])
redis.call('HDEL', KEYS[1], 'worker', 'progress')
if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'lastError', ARGV[7]) end
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
tell(KEYS[2], 'state', stateEvent(ARGV[4], ARGV[2]))
news(ARGV[3], ARGV[1])
return 1
`);

/**
 * A job ends, once. KEYS: job, events, live, queued, unrecorded.
 * ARGV: id, attempt or '' (whatever attempt runs), channel, state, now, ttl, fields as JSON.
 * Returns 'done', 'stale' (another attempt has taken over), 'missing', or the state in which the job had ended before.
 */
export const finishScript = script(`${prelude}
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'missing' end
if ended(state) then return state end
local attempt = redis.call('HGET', KEYS[1], 'attempt')
if ARGV[2] ~= '' and ARGV[2] ~= attempt then return 'stale' end
redis.call('HSET', KEYS[1], 'state', ARGV[4], 'finishedAt', ARGV[5])
for name, value in pairs(cjson.decode(ARGV[7])) do redis.call('HSET', KEYS[1], name, value) end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('SADD', KEYS[5], ARGV[1])
tell(KEYS[2], 'state', stateEvent(ARGV[4], attempt))
tell(KEYS[2], 'result', cjson.encode({ state = ARGV[4] }))
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
news(ARGV[3], ARGV[1])
return 'done'
`);

/**
 * A job that has ended runs again. KEYS: job, events, live, queued, jobs, unrecorded. ARGV: id, channel, now, rank.
 * Returns the new generation, or the state that forbids it.
 */
export const retryScript = script(`${prelude}
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'missing' end
if not ended(state) then return state end
local made = redis.call('HGET', KEYS[1], 'attempt')
local perRun = redis.call('HGET', KEYS[1], 'attemptsPerRun')
redis.call('HSET', KEYS[1], 'state', 'queued', 'allowed', made + perRun)
redis.call('HDEL', KEYS[1], 'error', 'lastError', 'result', 'provenance', 'finishedAt', 'startedAt', 'worker', 'progress', 'steps')
redis.call('PERSIST', KEYS[1])
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
redis.call('SREM', KEYS[6], ARGV[1])
tell(KEYS[2], 'state', stateEvent('queued', made))
news(ARGV[2], ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'generation', 1)
`);
