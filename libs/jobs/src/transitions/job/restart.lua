-- A job that runs begins again from a stage, as the first of its lane there. 'extra' is 1 when the attempt shall not count,
-- else 0. Tokens of later attempts are larger than those of all before. Returns 0 when stale.

-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/job.lua
-- include ../../record/events.lua

if not counts(subjob, attempt) then return 0 end
for _, name in ipairs(redis.call('HKEYS', job)) do
  local of = string.match(name, '^b:(%d+)[.:]')
  if of and tonumber(of) >= tonumber(stage) then redis.call('HDEL', job, name) end
end
local made = field('attempt')
indexState(job, id, 'active', 'queued', field('created'))
redis.call('HSET', job, 'state', 'queued', 'stage', stage, 'blocks', 1, 'base', made,
  'allowed', tonumber(field('allowed')) + tonumber(extra), 'head', head, 'work', work)
redis.call('HDEL', job, 'worker', 'progress', 'preview')
if stage == '0' then redis.call('HDEL', job, 'inputs') end
if failure ~= '' then redis.call('HSET', job, 'lastError', failure) end
redis.call('HINCRBY', job, 'generation', 1)
joinInFront(id, line)
tellState('queued', made)
redis.call('PUBLISH', channel, id)
return 1
