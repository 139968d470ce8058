import { script } from './scripts.js';
import { serverTimeLua } from './server-time.js';

// The index of kept results lies under one prefix, ARGV[1], whose hash tag keeps it together on a cluster:
//   entry:<key>   hash: a kept result; the files lie in the artifact store
//   slot:<slot>   sorted set: kept results of one step and input by last use
//   family:<name> set: kept results of one step and its parameters, whatever the input
//   used          sorted set: all kept results by last use
//   bytes         sum of the sizes of all kept results
//   lease:<key>   who computes the result now; expires unless it is renewed
//   gone:<key>    why a result that was kept is no longer there; expires
const prelude = `${serverTimeLua}
local prefix = ARGV[1]
local function entryOf(key) return prefix .. 'entry:' .. key end
local function forget(key, reason)
  local facts = redis.call('HMGET', entryOf(key), 'slot', 'bytes', 'family')
  redis.call('DEL', entryOf(key))
  redis.call('ZREM', prefix .. 'used', key)
  if facts[1] then
    redis.call('ZREM', prefix .. 'slot:' .. facts[1], key)
    redis.call('DECRBY', prefix .. 'bytes', facts[2])
  end
  if facts[3] then redis.call('SREM', prefix .. 'family:' .. facts[3], key) end
  redis.call('SET', prefix .. 'gone:' .. key, reason, 'EX', 86400)
end
local function letGo(key, token, channel)
  if redis.call('GET', prefix .. 'lease:' .. key) ~= token then return 0 end
  redis.call('DEL', prefix .. 'lease:' .. key)
  redis.call('PUBLISH', channel, 'result:' .. key)
  return 1
end
-- What is too old, then what was used longest ago while there is too much. Bounded, as nobody else runs meanwhile.
local function trim(evicted, maxBytes, maxAge, maxCount)
  local old = redis.call('ZRANGEBYSCORE', prefix .. 'used', '-inf', '(' .. string.format('%d', now - maxAge), 'LIMIT', 0, 500)
  for _, key in ipairs(old) do
    forget(key, 'age')
    table.insert(evicted, key)
  end
  while #evicted < 1000 do
    local bytes = tonumber(redis.call('GET', prefix .. 'bytes') or '0')
    if bytes <= maxBytes and redis.call('ZCARD', prefix .. 'used') <= maxCount then break end
    local oldest = redis.call('ZRANGE', prefix .. 'used', 0, 0)[1]
    if not oldest then break end
    forget(oldest, 'size')
    table.insert(evicted, oldest)
  end
  return evicted
end
`;

/**
 * ARGV: prefix, key, slot, token, lease in ms. Returns 'hit' and the entry's fields in turn; 'taken' and the token of
 * whoever computes it; 'compute', why it is gone or '', and the facts of what is kept in the slot.
 */
export const claimResultScript = script(`${prelude}
local key = ARGV[2]
if redis.call('EXISTS', entryOf(key)) == 1 then
  redis.call('ZADD', prefix .. 'slot:' .. ARGV[3], now, key)
  redis.call('ZADD', prefix .. 'used', now, key)
  return { 'hit', unpack(redis.call('HGETALL', entryOf(key))) }
end
local lease = prefix .. 'lease:' .. key
local holder = redis.call('GET', lease)
if holder and holder ~= ARGV[4] then return { 'taken', holder } end
redis.call('SET', lease, ARGV[4], 'PX', ARGV[5])
local answer = { 'compute', redis.call('GET', prefix .. 'gone:' .. key) or '' }
for _, other in ipairs(redis.call('ZREVRANGE', prefix .. 'slot:' .. ARGV[3], 0, 7)) do
  table.insert(answer, redis.call('HGET', entryOf(other), 'facts') or '{}')
end
return answer
`);

/** ARGV: prefix, key, token, lease in ms. Returns whether the lease is still that of the token. */
export const renewResultScript = script(`${prelude}
local lease = prefix .. 'lease:' .. ARGV[2]
if redis.call('GET', lease) ~= ARGV[3] then return 0 end
return redis.call('PEXPIRE', lease, ARGV[4])
`);

/** ARGV: prefix, key, token, channel. */
export const releaseResultScript = script(`${prelude}
return letGo(ARGV[2], ARGV[3], ARGV[4])
`);

/**
 * Keeps a result unless another one of the same key was faster. ARGV: prefix, key, token, channel, slot, maxsize, most
 * bytes, greatest age in ms, most results, bytes, then the entry's fields in turn. Returns the keys that made room.
 */
export const keepResultScript = script(`${prelude}
local key, slot = ARGV[2], prefix .. 'slot:' .. ARGV[5]
local evicted = {}
if redis.call('EXISTS', entryOf(key)) == 0 then
  redis.call('HSET', entryOf(key), 'slot', ARGV[5], 'bytes', ARGV[10], unpack(ARGV, 11))
  redis.call('ZADD', slot, now, key)
  redis.call('ZADD', prefix .. 'used', now, key)
  redis.call('INCRBY', prefix .. 'bytes', ARGV[10])
  redis.call('DEL', prefix .. 'gone:' .. key)
  local family = redis.call('HGET', entryOf(key), 'family')
  if family and family ~= '' then redis.call('SADD', prefix .. 'family:' .. family, key) end
  local surplus = redis.call('ZCARD', slot) - tonumber(ARGV[6])
  if surplus > 0 then
    for _, other in ipairs(redis.call('ZRANGE', slot, 0, math.min(surplus, 1000))) do
      if surplus > 0 and other ~= key then
        forget(other, 'maxsize ' .. ARGV[6])
        table.insert(evicted, other)
        surplus = surplus - 1
      end
    end
  end
end
letGo(key, ARGV[3], ARGV[4])
return trim(evicted, tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]))
`);

/** ARGV: prefix, key, document, reason. Forgets a result whose files are not what they should be; returns whether it did. */
export const dropResultScript = script(`${prelude}
if redis.call('HGET', entryOf(ARGV[2]), 'document') ~= ARGV[3] then return 0 end
forget(ARGV[2], ARGV[4])
return 1
`);

/** ARGV: prefix, most bytes, greatest age in ms, most results. Returns the keys that were forgotten. */
export const trimResultsScript = script(`${prelude}
return trim({}, tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
`);

/** ARGV: prefix, family. Forgets some of its results, at most 500; returns how many. */
export const emptyResultsScript = script(`${prelude}
local found = redis.call('SRANDMEMBER', prefix .. 'family:' .. ARGV[2], 500)
for _, key in ipairs(found) do
  forget(key, 'emptied')
  redis.call('SREM', prefix .. 'family:' .. ARGV[2], key)
end
return #found
`);
