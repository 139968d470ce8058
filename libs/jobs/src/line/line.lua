-- Whose turn it is, by start-time fair queueing. The hash of a lane at a place counts turns: 'now' is the one that began last,
-- a field that begins with a digit the last one of a flow. What has come lately to the lane, of those with less than the
-- usual cost, and of each flow is summed up in 'came', 'urgent' and 'came <flow>'. A job comes one cost after the one before
-- it in its flow, or after 'now' if that is later, so flows take turns however much each has waiting. With every turn 'now'
-- grows by the least cost at least, so no number of new flows keeps a job waiting: of priority p, it is behind what comes
-- after p turns. The number goes into the priority of the job's sub-jobs.

local function isFlow(name) return string.find(name, '^%d') ~= nil end

-- Adds one that comes now to those that have come, of which arrivals.ts tells the rate.
local function oneMore(sum, at)
  sum = tonumber(sum or '')
  if not sum then return at end
  local most = math.max(sum, at)
  return most + math.log(1 + math.exp(math.min(sum, at) - most))
end

-- The line that a job is in, see `JobLine`; nothing where it cannot be read.
local function lineFrom(text)
  local read, line = pcall(cjson.decode, text or '')
  return read and type(line) == 'table' and line or nil
end

-- A flow that is not ahead of all has nothing waiting.
local function forgetFlows(place, turn)
  local flows = redis.call('HGETALL', place.turns)
  for i = 1, #flows, 2 do
    if isFlow(flows[i]) and (tonumber(flows[i + 1]) or 0) <= turn then
      redis.call('HDEL', place.turns, flows[i], 'came ' .. flows[i])
    end
  end
end

-- Returns the job's priority.
local function joinLine(id, place)
  local waiting = redis.call('ZCOUNT', place.waiting, place.front, place.front + place.room)
  local own = 'came ' .. place.flow
  local known = redis.call('HMGET', place.turns, 'now', place.flow, 'came', 'urgent', own)
  if waiting == 0 then
    redis.call('DEL', place.turns)
    known[1], known[2] = false, false
  end
  local present = tonumber(known[1] or 0) or 0
  local turn = math.max(present, tonumber(known[2] or 0) or 0) + place.cost
  local clock = redis.call('TIME')
  local at = clock[1] / arrivalSeconds + clock[2] / (arrivalSeconds * 1e6)
  redis.call('HSET', place.turns, 'now', present, place.flow, turn, 'came', oneMore(known[3], at),
    own, oneMore(known[5], at))
  local urgent = place.cost < usualCost and oneMore(known[4], at) or known[4]
  if urgent then redis.call('HSET', place.turns, 'urgent', urgent) end
  if present > place.room / 2 then redis.call('SADD', place.long, place.name) end
  local isNew = not known[2]
  if isNew and redis.call('HLEN', place.turns) > 4 * waiting + 1000 then forgetFlows(place, present) end
  local priority = place.front + math.min(place.room, 1 + math.floor(turn))
  redis.call('ZADD', place.waiting, priority, id)
  return priority
end

-- The job has a place in this line that comes before all turns.
local function joinInFront(id, text)
  local place = cjson.decode(text)
  redis.call('ZADD', place.waiting, place.front, id)
  redis.call('HSET', job, 'line', text, 'turn', place.front)
end

-- The turn of a job has come, which was the given one; what follows at this place follows at once.
local function takeTurn(id, place, turn)
  redis.call('ZREM', place.waiting, id)
  turn = (tonumber(turn) or place.front) - place.front - 1
  if turn < 0 then return end
  -- However many flows come in front of it, what waits gets nearer with every turn.
  local present = (tonumber(redis.call('HGET', place.turns, 'now') or 0) or 0) + leastCost
  redis.call('HSET', place.turns, 'now', math.max(present, turn))
end

-- It ends. A turn that was not taken is given back to its flow.
local function leaveLine(id, text, turn)
  local place = lineFrom(text)
  if not place then return end
  if redis.call('ZREM', place.waiting, id) == 0 or tonumber(turn) <= place.front then return end
  local last = tonumber(redis.call('HGET', place.turns, place.flow) or 0) or 0
  redis.call('HSET', place.turns, place.flow, math.max(0, last - place.cost))
end
