-- The stage after 'after' begins, with all of its sub-jobs. 'waits' is 1 when the job has not had its turn there. Returns the
-- priority of its sub-jobs, 0 when it is not that stage's turn, or -1 when this user of Redis must not put anything there.

-- include ../../line/line.lua
-- include ../../record/job.lua
-- include ../../bullmq/layout.lua

if field('state') ~= 'active' or field('stage') ~= after then return 0 end
if not mayPut(queue) then return -1 end
redis.call('HSET', job, 'stage', after + 1, 'blocks', blocks, 'inputs', inputs)
local place = cjson.decode(line)
local turn = waits == '1' and joinLine(id, place) or place.front
redis.call('HSET', job, 'line', line, 'turn', turn)
putSubjobs(queue, { job = id, generation = field('generation'), stage = after + 1, blocks = blocks }, turn, now)
return turn
