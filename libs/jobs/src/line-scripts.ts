import { script } from './scripts.js';

/**
 * All turns of a lane at a place are lowered by the one that is now, so that the numbers last. KEYS: waiting, turns, long
 * lines, then BullMQ's sorted set of each queue of the place. ARGV: front, room, prefix of jobs' keys, the line's name, then
 * the prefix of the legs' keys of each queue.
 */
export const lowerTurnsScript = script(`
local front, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local by = math.floor(tonumber(redis.call('HGET', KEYS[2], 'now') or 0))
redis.call('SREM', KEYS[3], ARGV[4])
if by <= room / 2 then return 0 end
local function lowered(priority) return math.max(front + 1, priority - by) end
local turns = redis.call('HGETALL', KEYS[2])
for i = 1, #turns, 2 do
  if turns[i] == 'now' or string.find(turns[i], '^%d') then
    redis.call('HSET', KEYS[2], turns[i], math.max(0, turns[i + 1] - by))
  end
end
local jobs = redis.call('ZRANGEBYSCORE', KEYS[1], front + 1, front + room, 'WITHSCORES')
for i = 1, #jobs, 2 do
  local turn = lowered(tonumber(jobs[i + 1]))
  redis.call('ZADD', KEYS[1], turn, jobs[i])
  redis.call('HSET', ARGV[3] .. jobs[i], 'turn', turn)
end
-- BullMQ's score is the priority and, in the lower 32 bits, the order of those with the same one.
local step = 0x100000000
for queue = 4, #KEYS do
  local legs = redis.call('ZRANGEBYSCORE', KEYS[queue], (front + 1) * step, (front + room + 1) * step - 1, 'WITHSCORES')
  for i = 1, #legs, 2 do
    local score = tonumber(legs[i + 1])
    local priority = lowered(math.floor(score / step))
    redis.call('ZADD', KEYS[queue], priority * step + score % step, legs[i])
    redis.call('HSET', ARGV[queue + 1] .. legs[i], 'priority', priority)
  end
end
return by
`);
