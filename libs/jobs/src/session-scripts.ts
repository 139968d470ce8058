import { script } from './scripts.js';

// KEYS of all scripts: session hash, log, snapshot, index of sessions, bytes of each. Versions are stream ids: version 7 is 7-0.
const prelude = `
local function keep(id, now, ttl)
  for index = 1, 3 do redis.call('PEXPIRE', KEYS[index], ttl) end
  redis.call('ZADD', KEYS[4], now + ttl, id)
end
local function forget(now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now)) do redis.call('HDEL', KEYS[5], id) end
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
end
local function excess(id, more, most, ofOne)
  local own, all = tonumber(redis.call('HGET', KEYS[5], id)) or 0, 0
  if own + more > tonumber(ofOne) then return 'bytesOfOne' end
  for _, bytes in ipairs(redis.call('HVALS', KEYS[5])) do all = all + bytes end
  if all + more > tonumber(most) then return 'bytes' end
end
local function after(version) return string.format('%d-0', version + 1) end
`;

/**
 * ARGV: id, now, ttl, most sessions, snapshot, what the session is about, most bytes of all, of one. Returns 'created', 'full',
 * 'bytes' or 'bytesOfOne'.
 */
export const createSessionScript = script(`${prelude}
forget(ARGV[2])
if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[4]) then return 'full' end
local excessive = excess(ARGV[1], #ARGV[5], ARGV[7], ARGV[8])
if excessive then return excessive end
redis.call('HSET', KEYS[5], ARGV[1], #ARGV[5])
redis.call('HSET', KEYS[1], 'version', 0, 'createdAt', ARGV[2], 'snapshotVersion', 0, 'snapshotBytes', #ARGV[5],
  'logBytes', 0, 'about', ARGV[6])
redis.call('SET', KEYS[3], ARGV[5])
keep(ARGV[1], ARGV[2], ARGV[3])
return 'created'
`);

/**
 * What happened after a version, and puts off the end. ARGV: id, now, ttl, version or -1. Returns 'missing', or version,
 * creation time, snapshot version and snapshot (both empty unless the log no longer reaches back), flat log entries.
 */
export const readSessionScript = script(`${prelude}
local version = redis.call('HGET', KEYS[1], 'version')
if not version then
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('HDEL', KEYS[5], ARGV[1])
  return 'missing'
end
keep(ARGV[1], ARGV[2], ARGV[3])
local created = redis.call('HGET', KEYS[1], 'createdAt')
local known = tonumber(ARGV[4])
if known == tonumber(version) then return { version, created, '', '', {} } end
if known >= 0 and known < tonumber(version) then
  local entries = redis.call('XRANGE', KEYS[2], after(known), '+')
  if #entries > 0 and entries[1][1] == after(known) then return { version, created, '', '', entries } end
end
local from = redis.call('HGET', KEYS[1], 'snapshotVersion')
return { version, created, from, redis.call('GET', KEYS[3]), redis.call('XRANGE', KEYS[2], after(from), '+') }
`);

/**
 * One more change, if nobody was faster. ARGV: id, now, ttl, expected version, record, channel, most bytes of all, of one.
 * Returns 'missing', 'bytes' or 'bytesOfOne' where there would be too many, or 1 or 0 for appended or not, then version, bytes of log and of snapshot, number of log entries since the snapshot.
 */
export const appendSessionScript = script(`${prelude}
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 'missing' end
keep(ARGV[1], ARGV[2], ARGV[3])
if version ~= ARGV[4] then return { 0, version, 0, 0, 0 } end
forget(ARGV[2])
local excessive = excess(ARGV[1], #ARGV[5], ARGV[7], ARGV[8])
if excessive then return excessive end
redis.call('HINCRBY', KEYS[5], ARGV[1], #ARGV[5])
redis.call('XADD', KEYS[2], after(version), 'r', ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local now = redis.call('HINCRBY', KEYS[1], 'version', 1)
local bytes = redis.call('HINCRBY', KEYS[1], 'logBytes', #ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[1])
local facts = redis.call('HMGET', KEYS[1], 'snapshotBytes', 'snapshotVersion')
return { 1, now, bytes, tonumber(facts[1]), now - tonumber(facts[2]) }
`);

/**
 * A newer snapshot. What lies before the one it replaces leaves the log. ARGV: id, now, ttl, version, snapshot.
 * Returns whether it was newer.
 */
export const compactSessionScript = script(`${prelude}
local old = redis.call('HGET', KEYS[1], 'snapshotVersion')
if not old or tonumber(old) >= tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[3], ARGV[5])
redis.call('HSET', KEYS[1], 'snapshotVersion', ARGV[4], 'snapshotBytes', #ARGV[5], 'logBytes', 0)
redis.call('XTRIM', KEYS[2], 'MINID', after(old))
redis.call('HSET', KEYS[5], ARGV[1], #ARGV[5])
keep(ARGV[1], ARGV[2], ARGV[3])
return 1
`);

/** ARGV: id, channel. Returns whether it was there. */
export const removeSessionScript = script(`
local there = redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[5], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[1])
return there
`);
