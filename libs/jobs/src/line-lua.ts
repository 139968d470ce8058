/**
 * Whose turn it is, by start-time fair queueing. The hash of a lane at a place counts turns: `now` is the one that began
 * last, any other field the last one of a flow. A job comes one `cost` after the one before it in its flow, or after
 * `now` if that is later, so flows take turns however much each has waiting. The number goes into the priority of the
 * job's legs. Needs `field` of the scripts' prelude.
 */
export const lineLua = `
local function jobLine()
  local text = field('line')
  return text and cjson.decode(text)
end
-- A flow that is not ahead of all has nothing waiting.
local function forgetFlows(line, now)
  local flows = redis.call('HGETALL', line.turns)
  for i = 1, #flows, 2 do
    if flows[i] ~= 'now' and tonumber(flows[i + 1]) <= now then redis.call('HDEL', line.turns, flows[i]) end
  end
end
-- Returns the job's priority.
local function joinLine(id, line)
  local waiting = redis.call('ZCOUNT', line.waiting, line.front, line.front + line.room)
  if waiting == 0 then redis.call('DEL', line.turns) end
  local now = tonumber(redis.call('HGET', line.turns, 'now') or 0)
  local turn = math.max(now, tonumber(redis.call('HGET', line.turns, line.flow) or 0)) + line.cost
  redis.call('HSET', line.turns, line.flow, turn)
  if now > line.room / 2 then redis.call('SADD', line.long, line.name) end
  if redis.call('HLEN', line.turns) > 2 * waiting + 1000 then forgetFlows(line, now) end
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
  if turn > tonumber(redis.call('HGET', line.turns, 'now') or 0) then redis.call('HSET', line.turns, 'now', turn) end
end
-- It ends. A turn that was not taken is given back to its flow.
local function leaveLine(id)
  local line = jobLine()
  if not line or redis.call('ZREM', line.waiting, id) == 0 or tonumber(field('turn')) <= line.front then return end
  local last = tonumber(redis.call('HGET', line.turns, line.flow) or 0)
  redis.call('HSET', line.turns, line.flow, math.max(0, last - line.cost))
end
`;
