-- Puts one sub-job before all others: of what does not come first at any place while things go on as they are, the first of the
-- class and place that was let through longest ago. A class is a lane, and in it what has begun or what has not. A queue on
-- which one waits that was let through gets no second one, and one that is held none. 'moreKeys' has of each queue what waits
-- and its settings by turns, 'rest' the place of each. Returns the number of the sub-job's queue, counted from 1, or 0.

-- include ../bullmq/layout.lua

local function classOf(score)
  local priority = priorityOf(score)
  for class, range in ipairs(classes) do if priority <= range[2] then return class end end
  return #classes
end
local function laneOf(class) return math.ceil(class / 2) end

local firstClass, found, top = {}, {}, #classes
local function note(class, subjob, score, queue)
  local place = rest[queue]
  local name = class .. ' ' .. place
  local turn = priorityOf(score)
  local other = found[name]
  if other and (other.turn < turn or other.turn == turn and other.subjob < subjob) then return end
  if not other then found[#found + 1] = name end
  found[name] = { class = class, place = place, subjob = subjob, turn = turn, queue = queue }
end

for queue, place in ipairs(rest) do
  local waiting, settings = moreKeys[2 * queue - 1], moreKeys[2 * queue]
  local first = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')
  if first[1] and not wasPutFirst(tonumber(first[2])) and not isPaused(settings) then
    local last = redis.call('ZRANGE', waiting, -1, -1, 'WITHSCORES')
    local from, to = classOf(tonumber(first[2])), classOf(tonumber(last[2]))
    firstClass[place] = math.min(from, firstClass[place] or from)
    top = math.min(top, laneOf(from))
    note(from, first[1], tonumber(first[2]), queue)
    for class = from + 1, to do
      local least, most = scoresOf(classes[class][1], classes[class][2])
      local subjob = redis.call('ZRANGEBYSCORE', waiting, least, most, 'WITHSCORES', 'LIMIT', 0, 1)
      if subjob[1] then note(class, subjob[1], tonumber(subjob[2]), queue) end
    end
  end
end

local chosen, chosenName, longestAgo
for _, name in ipairs(found) do
  local one = found[name]
  if laneOf(one.class) > top or one.class > firstClass[one.place] then
    local before = tonumber(redis.call('HGET', letThrough, name) or 0)
    if not chosen or before < longestAgo or before == longestAgo and one.class < chosen.class then
      chosen, chosenName, longestAgo = one, name, before
    end
  end
end
if not chosen then return 0 end
-- Places come and go.
if redis.call('HLEN', letThrough) > 1000 then redis.call('DEL', letThrough) end
redis.call('HSET', letThrough, chosenName, redis.call('HINCRBY', letThrough, 'count', 1))
putFirst(moreKeys[2 * chosen.queue - 1], chosen.subjob)
return chosen.queue
