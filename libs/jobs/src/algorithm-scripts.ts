import { createJobLua, script } from './scripts.js';

// KEYS[1] is the algorithm's hash throughout. Times are milliseconds since 1970.
const prelude = `
local function field(name) return redis.call('HGET', KEYS[1], name) end
local function heldUntil(now)
  local till = tonumber(field('lockUntil') or 0)
  if field('lock') and till > tonumber(now) then return till end
  return nil
end
-- What the call with this key has done before. A key that is the algorithm's own stands for none.
local function known(key) return key ~= KEYS[1] and redis.call('GET', key) end
local function remember(key, answer, seconds)
  if key ~= KEYS[1] then redis.call('SET', key, answer, 'EX', seconds) end
end
-- Why somebody who shows this token ('' for none) may not go on, or nothing. A use renews the lock and the life.
local function refusal(token, now)
  local state = field('state')
  if not state then return 'missing' end
  if state == 'closed' then return 'closed' end
  local till = heldUntil(now)
  if till and field('lock') ~= token then return 'locked ' .. (till - tonumber(now)) end
  if token ~= '' and not till then return 'unlocked' end
  if till then redis.call('HSET', KEYS[1], 'lockUntil', tonumber(now) + tonumber(field('lockMs'))) end
  redis.call('HSET', KEYS[1], 'usedAt', now)
  return nil
end
`;

/**
 * KEYS: algorithm, algorithms, builds of its worker, idempotency or the algorithm again. ARGV: id, now, most algorithms,
 * fields, life of the key. Returns the id that the key stands for, or 'full'.
 */
export const openScript = script(`${prelude}
local before = known(KEYS[4])
if before then return before end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return 'full' end
remember(KEYS[4], ARGV[1], ARGV[5])
for name, value in pairs(cjson.decode(ARGV[4])) do redis.call('HSET', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'state', 'building', 'put', 0, 'moves', 0, 'usedAt', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
return ARGV[1]
`);

/**
 * An input comes: its job is written down and gets the last place in the order.
 * KEYS: algorithm, tickets, idempotency or the algorithm again, job, events, jobs, live.
 * ARGV: token, now, life of the key, most tickets, id, job id, job's creation time, line, head, work, attempts, channel,
 * ' own' for an input whose result nobody may take, else ''.
 * Returns 'ok <number> <job>' or why not.
 */
export const putScript = script(`${prelude}${createJobLua}
local reason = refusal(ARGV[1], ARGV[2])
if reason then return reason end
local before = known(KEYS[3])
if before then return 'ok ' .. before end
if field('state') == 'failed' then return 'failed ' .. (field('error') or '') end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[4]) then return 'full' end
local ticket = redis.call('HINCRBY', KEYS[1], 'put', 1) .. ' ' .. ARGV[6] .. ARGV[13]
redis.call('RPUSH', KEYS[2], ticket)
remember(KEYS[3], ticket, ARGV[3])
createJob({ KEYS[4], KEYS[5], KEYS[6], KEYS[7] },
  { id = ARGV[6], now = ARGV[7], line = ARGV[8], head = ARGV[9], work = ARGV[10], attempts = ARGV[11] })
redis.call('PUBLISH', ARGV[12], ARGV[5])
return 'ok ' .. ticket
`);

/**
 * The oldest input is given out, if it is the one that the caller has seen. KEYS: algorithm, tickets, idempotency or the
 * algorithm again. ARGV: token, now, life of the key, ticket or '' (only a renewal), id, channel.
 * Returns 'ok <number> <job>', 'again <number> <job>' when the call was answered so before, 'none' (it is not the oldest any
 * more), or why not.
 */
export const takeScript = script(`${prelude}
local reason = refusal(ARGV[1], ARGV[2])
if reason then return reason end
local before = known(KEYS[3])
if before then return 'again ' .. before end
if field('state') == 'failed' and redis.call('LLEN', KEYS[2]) == 0 then return 'failed ' .. (field('error') or '') end
if ARGV[4] == '' or redis.call('LREM', KEYS[2], 1, ARGV[4]) == 0 then return 'none' end
remember(KEYS[3], ARGV[4], ARGV[3])
redis.call('PUBLISH', ARGV[6], ARGV[5])
return 'ok ' .. ARGV[4]
`);

/** KEYS: algorithm. ARGV: token or '', now, token for a new lock, its life. Returns the token, prefixed 'ok ', or why not. */
export const lockScript = script(`${prelude}
local reason = refusal(ARGV[1], ARGV[2])
if reason then return reason end
local token = ARGV[1] ~= '' and ARGV[1] or ARGV[3]
redis.call('HSET', KEYS[1], 'lock', token, 'lockUntil', tonumber(ARGV[2]) + tonumber(ARGV[4]), 'lockMs', ARGV[4])
return 'ok ' .. token
`);

/** KEYS: algorithm. ARGV: token, now. Returns 'ok' or why not. */
export const unlockScript = script(`${prelude}
local reason = refusal(ARGV[1], ARGV[2])
if reason then return reason end
redis.call('HDEL', KEYS[1], 'lock', 'lockUntil', 'lockMs')
return 'ok'
`);

/**
 * It takes nothing more. KEYS: algorithm. ARGV: token, now, id, channel, time of last use or '' (whenever that was).
 * Returns 'ok', 'used' (somebody has used it since), or why not.
 */
export const closeScript = script(`${prelude}
if ARGV[5] ~= '' then
  if field('usedAt') ~= ARGV[5] or heldUntil(ARGV[2]) then return 'used' end
else
  local reason = refusal(ARGV[1], ARGV[2])
  if reason then return reason end
end
redis.call('HSET', KEYS[1], 'state', 'closed')
redis.call('HDEL', KEYS[1], 'lock', 'lockUntil', 'lockMs')
redis.call('PUBLISH', ARGV[4], ARGV[3])
return 'ok'
`);

/**
 * KEYS: algorithm, builds of the next worker, builds of the present one. ARGV: worker that it is bound to now, the next one,
 * id. Returns 1, or 0 when somebody else was faster.
 */
export const bindScript = script(`${prelude}
if field('state') == 'closed' or field('worker') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'worker', ARGV[2], 'state', 'building')
redis.call('HINCRBY', KEYS[1], 'moves', 1)
redis.call('HDEL', KEYS[1], 'error')
redis.call('SREM', KEYS[3], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[3])
return 1
`);

/**
 * The state of an open algorithm that is bound to this worker. KEYS: algorithm, builds of the worker. ARGV: worker, state, id,
 * why it could not be built or ''. Returns 1 when it is another one now.
 */
export const stateScript = script(`${prelude}
local state = field('state')
if not state or state == 'closed' or state == ARGV[2] or field('worker') ~= ARGV[1] then return 0 end
if ARGV[2] == 'failed' and state ~= 'building' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[4] == '' then redis.call('HDEL', KEYS[1], 'error') else redis.call('HSET', KEYS[1], 'error', ARGV[4]) end
if ARGV[2] == 'building' then redis.call('SADD', KEYS[2], ARGV[3]) else redis.call('SREM', KEYS[2], ARGV[3]) end
return 1
`);
