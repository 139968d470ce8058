-- A job that has failed or was cancelled runs again, from its first stage; one that still waits for others does so again. Returns
-- the new generation, or the state that forbids it.

-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/job.lua
-- include ../../record/events.lua
-- include ../../record/warned-before.lua
-- include ../../quotas/quota.lua

local state = field('state')
if not state then return 'missing' end
if state ~= 'failed' and state ~= 'cancelled' then return state end
if redis.call('EXISTS', quotasKey) == 1 then
  local project, submitter = ownerIn(field('head'))
  local refusal = jobsOverQuota(project, submitter, 1)
  if refusal then return refusal end
end
local made = field('attempt')
for _, name in ipairs(redis.call('HKEYS', job)) do
  if string.sub(name, 1, 2) == 'b:' then redis.call('HDEL', job, name) end
end
redis.call('HDEL', job, 'error', 'lastError', 'finishedAt', 'startedAt', 'worker', 'progress', 'inputs', 'warnings',
  'preview', 'curve', 'givenUp')
local awaits = field('awaits')
local next = awaits and 'waiting' or 'queued'
indexState(job, id, state, next)
redis.call('HSET', job, 'state', next, 'stage', 0, 'blocks', 1, 'base', made,
  'allowed', made + field('attemptsPerRun'))
if warrant ~= '' then redis.call('HSET', job, 'head', head, 'warrant', warrant) end
local warned = warnedBefore(field('head'))
if #warned > 0 then redis.call('HSET', job, 'warnings', cjson.encode(warned)) end
redis.call('HINCRBY', job, 'run', 1)
redis.call('PERSIST', job)
redis.call('PERSIST', events)
redis.call('ZADD', live, created, id)
if not awaits then redis.call('HSET', job, 'line', line, 'turn', joinLine(id, cjson.decode(line))) end
redis.call('SREM', unrecorded, id)
tellState(next, made)
redis.call('PUBLISH', channel, id)
return redis.call('HINCRBY', job, 'generation', 1)
