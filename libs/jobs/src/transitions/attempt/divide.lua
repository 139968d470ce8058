-- The stage of a sub-job that runs becomes several. 'seen' is the head that the caller has seen. Returns 0 when stale.

-- include ../../record/job.lua

if not counts(subjob, attempt) or field('blocks') ~= '1' then return 0 end
-- Asked again by a caller that did not hear the answer.
if field('head') == head then return 1 end
if field('head') ~= seen then return 0 end
redis.call('HSET', job, 'head', head, 'work', work)
redis.call('PUBLISH', channel, id)
return 1
