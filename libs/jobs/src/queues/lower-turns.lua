-- All turns of a lane at a place are lowered by the one that is now, so that the numbers last. 'moreKeys' has BullMQ's sorted
-- set of each queue of the place, 'rest' what the keys of its sub-jobs begin with.

-- include ../bullmq/layout.lua

local by = math.floor(tonumber(redis.call('HGET', turns, 'now') or 0))
redis.call('SREM', long, name)
if by <= room / 2 then return 0 end
local function lowered(priority) return math.max(front + 1, priority - by) end
local flows = redis.call('HGETALL', turns)
for i = 1, #flows, 2 do
  if flows[i] == 'now' or string.find(flows[i], '^%d') then
    redis.call('HSET', turns, flows[i], math.max(0, flows[i + 1] - by))
  end
end
local jobs = redis.call('ZRANGEBYSCORE', waiting, front + 1, front + room, 'WITHSCORES')
for i = 1, #jobs, 2 do
  local turn = lowered(tonumber(jobs[i + 1]))
  redis.call('ZADD', waiting, turn, jobs[i])
  redis.call('HSET', jobPrefix .. jobs[i], 'turn', turn)
end
for index, queue in ipairs(moreKeys) do
  local first, last = scoresOf(front + 1, front + room)
  local subjobs = redis.call('ZRANGEBYSCORE', queue, first, last, 'WITHSCORES')
  for i = 1, #subjobs, 2 do
    local score = tonumber(subjobs[i + 1])
    reprioritize(queue, rest[index], subjobs[i], score, lowered(priorityOf(score)))
  end
end
return by
