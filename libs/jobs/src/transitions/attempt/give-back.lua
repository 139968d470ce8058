-- An attempt gives its sub-job back. 'extra' is 1 when the attempt shall not count (the worker was asked to leave), else 0.
-- Returns 0 when it is stale.

-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/job.lua
-- include ../../record/events.lua
-- include ../../quotas/computed.lua

if not counts(subjob, attempt) then return 0 end
local block = blockOf(subjob)
countComputed(field('head'), field(block .. 'steps'))
local allowed = tonumber(field(block .. 'allowed') or field('allowed')) + tonumber(extra)
redis.call('HSET', job, block .. 'state', state, block .. 'allowed', allowed)
redis.call('HDEL', job, block .. 'worker', block .. 'fraction')
if failure ~= '' then redis.call('HSET', job, 'lastError', failure) end
if field('blocks') == '1' then
  indexState(job, id, field('state'), state, field('created'))
  redis.call('HSET', job, 'state', state, 'allowed', allowed)
  redis.call('HDEL', job, 'worker', 'progress', 'preview')
  local place = lineFrom(field('line'))
  if place then redis.call('ZADD', place.waiting, place.front, id) end
  tellState(state, attempt)
end
redis.call('PUBLISH', channel, id)
return 1
