-- A job that waits for others is queued once all of them have completed: their results take the place of the references to them.
-- 'moreKeys' are the jobs that it waits for, in the order of its field 'awaits'. Returns its generation; 'waits' while one of them
-- may still complete; the state of the first that never will, and its id; or 'stale' where the job does not wait (any more).

-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/job.lua
-- include ../../record/events.lua

local found = redis.call('HMGET', job, 'state', 'awaits', 'work', 'attempt', 'created', 'givenUp')
if found[1] ~= 'waiting' or found[2] ~= awaits then return 'stale' end
-- Once somebody is about to end it nobody goes on with it.
if found[6] then return cjson.decode(found[6]) end
local function giveUp(because, other)
  redis.call('HSET', job, 'givenUp', cjson.encode({ because, other }))
  return { because, other }
end
local ids = cjson.decode(awaits)
local references = {}
for index, other in ipairs(ids) do
  local facts = redis.call('HMGET', moreKeys[index], 'state', 'result')
  if not facts[1] then return giveUp('missing', other) end
  if facts[1] == 'failed' or facts[1] == 'cancelled' then return giveUp(facts[1], other) end
  if facts[1] ~= 'completed' then return 'waits' end
  references[other] = cjson.decode(facts[2]).artifact
end
local work = found[3]
-- Neither ids nor references have a character that means anything to 'gsub'.
for other, reference in pairs(references) do work = string.gsub(work, 'job:' .. other, reference) end
-- What was signed has the references to jobs.
redis.call('HSET', job, 'work', work, 'workBefore', found[3], 'state', 'queued')
redis.call('HDEL', job, 'awaits')
redis.call('HSET', job, 'line', line, 'turn', joinLine(id, cjson.decode(line)))
indexState(job, id, 'waiting', 'queued', found[5])
tellState('queued', found[4])
redis.call('PUBLISH', channel, id)
return redis.call('HGET', job, 'generation')
