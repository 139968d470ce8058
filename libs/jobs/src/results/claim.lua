-- Finds a result, or takes the lease to compute it. Returns 'hit' and the entry's fields by turns; 'taken' and the token of
-- whoever computes it; 'compute', why it is gone or '', and the facts of what is kept in the slot.

-- include ../redis/server-time.lua
-- include index.lua

if redis.call('EXISTS', entryOf(key)) == 1 then
  redis.call('ZADD', prefix .. 'slot:' .. slot, now, key)
  redis.call('ZADD', prefix .. 'used', now, key)
  return { 'hit', unpack(redis.call('HGETALL', entryOf(key))) }
end
local holder = redis.call('GET', leaseOf(key))
if holder and holder ~= token then return { 'taken', holder } end
redis.call('SET', leaseOf(key), token, 'PX', leaseMs)
local answer = { 'compute', redis.call('GET', prefix .. 'gone:' .. key) or '' }
for _, other in ipairs(redis.call('ZREVRANGE', prefix .. 'slot:' .. slot, 0, 7)) do
  table.insert(answer, redis.call('HGET', entryOf(other), 'facts') or '{}')
end
return answer
