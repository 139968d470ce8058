-- The sub-jobs of a job that has not ended go to other queues. 'seen' is the head that the caller has seen, 'line' the new line
-- when sub-jobs that lie on a queue now are out of date, else ''. The job is the first of its lane there. Returns 0 when the job
-- has ended or somebody else was faster.

-- include ../../line/line.lua
-- include ../../record/job.lua

local state = field('state')
if not state or isEnded(state) or field('head') ~= seen then return 0 end
redis.call('HSET', job, 'head', head)
redis.call('PUBLISH', channel, id)
if line == '' then return 1 end
redis.call('HINCRBY', job, 'generation', 1)
leaveLine(id, field('line'), field('turn'))
joinInFront(id, line)
return 1
