-- All that scripts take for granted of how BullMQ lays a queue out, see `layout.ts`.

local function priorityOf(score) return math.floor(score / scoreOfPriority) end

-- First and last score of what waits with a priority from the first to the last one.
local function scoresOf(first, last) return first * scoreOfPriority, (last + 1) * scoreOfPriority - 1 end

-- Users of Redis for the workers of a pool may take from its queues and put nothing on those of others.
local function mayPut(queue) return type(redis.pcall('EXISTS', queue .. 'id')) == 'number' end

local function isPaused(settings) return redis.call('HEXISTS', settings, 'paused') == 1 end

-- Changes the priority of an entry that waits; it stays behind those that are before it with the same one.
local function reprioritize(waiting, prefix, id, score, priority)
  redis.call('ZADD', waiting, priority * scoreOfPriority + score % scoreOfPriority, id)
  redis.call('HSET', prefix .. id, 'priority', priority)
end

-- Puts an entry that waits before all others, of whatever priority. No priority has such a score.
local function putFirst(waiting, id) redis.call('ZADD', waiting, 0, id) end
local function wasPutFirst(score) return score < scoreOfPriority end

-- How many entries wait. With each one that it gives out, the last one too, BullMQ leaves a marker that there may be more.
local function leftIn(waiting, first, marker)
  local left = redis.call('ZCARD', waiting) + redis.call('LLEN', first)
  if left == 0 then redis.call('ZREM', marker, '0') end
  return left
end

-- The data of the entry that was given out last, if that was under this lock.
local function dataGiven(given, prefix, lock)
  local last = redis.call('LINDEX', given, 0)
  if not last or redis.call('GET', prefix .. last .. ':lock') ~= lock then return nil end
  return redis.call('HGET', prefix .. last, 'data')
end

-- Puts the blocks of a stage on a queue as `Queue.add` of BullMQ does, so that a script can do it together with what it
-- writes down: both happen or neither, and in one round trip. Only the events that tell of it are left out, as a job has
-- events of its own and nobody reads these. 'queue': what its keys begin with.
local function putSubjobs(queue, subjob, priority, at)
  local waiting, marker = queue .. 'prioritized', queue .. 'marker'
  local form = '{"attempts":0,"jobId":"%s","priority":%d,"removeOnComplete":true,"removeOnFail":true}'
  for block = 0, subjob.blocks - 1 do
    local id = string.format('%s.%d.%d.%d', subjob.job, subjob.stage, block, subjob.generation)
    if redis.call('EXISTS', queue .. id) == 0 then
      local data = string.format('{"v":%d,"job":"%s","generation":%d,"stage":%d,"block":%d}', entryVersion, subjob.job,
        subjob.generation, subjob.stage, block)
      redis.call('INCR', queue .. 'id')
      redis.call('HSET', queue .. id, 'name', queueEntryName, 'data', data, 'opts', string.format(form, id, priority),
        'timestamp', at, 'delay', 0, 'priority', priority)
      redis.call('ZADD', waiting, priority * scoreOfPriority + redis.call('INCR', queue .. 'pc') % scoreOfPriority, id)
    end
  end
  if not isPaused(queue .. 'meta') then redis.call('ZADD', marker, 0, '0') end
end
