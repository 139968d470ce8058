-- A sub-job that is not the job's last one has done its part, which is no event that anybody waits for. Returns all fields of the
-- job when it was the stage's last one, 1 when others are still missing, or 0 when stale.

-- include ../../record/job.lua
-- include ../../quotas/computed.lua

if not counts(subjob, attempt) then return 0 end
local block = blockOf(subjob)
redis.call('HSET', job, block .. 'state', 'completed', block .. 'output', output, block .. 'steps', steps,
  block .. 'fraction', 1)
countComputed(field('head'), steps)
local done = redis.call('HINCRBY', job, blockOf(stage) .. 'completed', 1)
return done == tonumber(field('blocks')) and redis.call('HGETALL', job) or 1
