import { arrivalSeconds } from './arrivals.js';

/** Of the priority that goes first, and of the usual one; see `jobLine`. */
export const leastCost = 0.1;
export const usualCost = 10;

/**
 * Whose turn it is, by start-time fair queueing. The hash of a lane at a place counts turns: `now` is the one that began
 * last, a field that begins with a digit the last one of a flow. What has come lately to the lane, of those with less than the
 * usual cost, and of each flow is summed up in `came`, `urgent` and `came <flow>`. A job comes one `cost` after the one before it in its flow, or after
 * `now` if that is later, so flows take turns however much each has waiting. With every turn `now` grows by the least cost
 * at least, so no number of new flows keeps a job waiting: of priority p, it is behind what comes after p turns. The number goes into the priority of the
 * job's legs. Needs `field` of the scripts' prelude.
 */
export const lineLua = `
local function isFlow(name) return string.find(name, '^%d') ~= nil end
-- Adds one that comes now to those that have come, of which arrivals.ts tells the rate.
local function oneMore(sum, now)
  sum = tonumber(sum or '')
  if not sum then return now end
  local most = math.max(sum, now)
  return most + math.log(1 + math.exp(math.min(sum, now) - most))
end
local function jobLine()
  local text = field('line')
  return text and cjson.decode(text)
end
-- A flow that is not ahead of all has nothing waiting.
local function forgetFlows(line, now)
  local flows = redis.call('HGETALL', line.turns)
  for i = 1, #flows, 2 do
    if isFlow(flows[i]) and tonumber(flows[i + 1]) <= now then
      redis.call('HDEL', line.turns, flows[i], 'came ' .. flows[i])
    end
  end
end
-- Returns the job's priority.
local function joinLine(id, line)
  local waiting = redis.call('ZCOUNT', line.waiting, line.front, line.front + line.room)
  local own = 'came ' .. line.flow
  local known = redis.call('HMGET', line.turns, 'now', line.flow, 'came', 'urgent', own)
  if waiting == 0 then
    redis.call('DEL', line.turns)
    known[1], known[2] = false, false
  end
  local now = tonumber(known[1] or 0)
  local turn = math.max(now, tonumber(known[2] or 0)) + line.cost
  local time = redis.call('TIME')
  local at = time[1] / ${arrivalSeconds} + time[2] / ${arrivalSeconds * 1e6}
  redis.call('HSET', line.turns, 'now', now, line.flow, turn, 'came', oneMore(known[3], at), own, oneMore(known[5], at))
  local urgent = line.cost < ${usualCost} and oneMore(known[4], at) or known[4]
  if urgent then redis.call('HSET', line.turns, 'urgent', urgent) end
  if now > line.room / 2 then redis.call('SADD', line.long, line.name) end
  if redis.call('HLEN', line.turns) > 4 * waiting + 1000 then forgetFlows(line, now) end
  local priority = line.front + math.min(line.room, 1 + math.floor(turn))
  redis.call('ZADD', line.waiting, priority, id)
  return priority
end
-- Its turn has come; what follows at this place follows at once.
local function takeTurn(id, key)
  local line = jobLine()
  if not line then return end
  redis.call('ZREM', line.waiting, id)
  local turn = tonumber(field('turn')) - line.front - 1
  if turn < 0 then return end
  redis.call('HSET', key, 'turn', line.front)
  -- However many flows come in front of it, what waits gets nearer with every turn.
  local now = tonumber(redis.call('HGET', line.turns, 'now') or 0) + ${leastCost}
  redis.call('HSET', line.turns, 'now', math.max(now, turn))
end
-- It ends. A turn that was not taken is given back to its flow.
local function leaveLine(id)
  local line = jobLine()
  if not line or redis.call('ZREM', line.waiting, id) == 0 or tonumber(field('turn')) <= line.front then return end
  local last = tonumber(redis.call('HGET', line.turns, line.flow) or 0)
  redis.call('HSET', line.turns, line.flow, math.max(0, last - line.cost))
end
`;
