import { lanes } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { keys } from './keys.js';
import { lineOf, scoreOfPriority } from './line.js';
import { runScript, script } from './scripts.js';
import type { TakenQueue } from './taken-queue.js';

/** First and last priority of what follows in the order of all queues: of each lane what has begun, then what has not. */
const classes = lanes.flatMap((lane) => {
  const { front, room } = lineOf('', lane);
  return [
    [front, front],
    [front + 1, front + room],
  ] as const;
});

/**
 * Puts one leg before all others: of what does not come first at any place while things go on as they are, the first of
 * the class and place that was let through longest ago. A class is a lane, and in it what has begun or what has not. A queue
 * on which one waits that was let through gets no second one, and one that is held none.
 * KEYS: what was let through, then of each queue what waits and its settings. ARGV: place of each queue. Returns the
 * number of the leg's queue, counted from 1, or 0.
 */
const letThroughScript = script(`
local step = ${scoreOfPriority}
local classes = {${classes.map(([first, last]) => `{${first},${last}}`).join(',')}}
local function classOf(score)
  local priority = math.floor(score / step)
  for class, range in ipairs(classes) do if priority <= range[2] then return class end end
  return #classes
end
local function laneOf(class) return math.ceil(class / 2) end
local firstClass, found, top = {}, {}, #classes
local function note(class, leg, score, queue)
  local place = ARGV[queue]
  local name = class .. ' ' .. place
  local turn = math.floor(score / step)
  local other = found[name]
  if other and (other.turn < turn or other.turn == turn and other.leg < leg) then return end
  if not other then found[#found + 1] = name end
  found[name] = { class = class, place = place, leg = leg, turn = turn, queue = queue }
end
for queue = 1, #ARGV do
  local waiting = KEYS[2 * queue]
  local first = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')
  if first[1] and tonumber(first[2]) >= step and redis.call('HEXISTS', KEYS[2 * queue + 1], 'paused') == 0 then
    local last = redis.call('ZRANGE', waiting, -1, -1, 'WITHSCORES')
    local from, to = classOf(tonumber(first[2])), classOf(tonumber(last[2]))
    firstClass[ARGV[queue]] = math.min(from, firstClass[ARGV[queue]] or from)
    top = math.min(top, laneOf(from))
    note(from, first[1], tonumber(first[2]), queue)
    for class = from + 1, to do
      local range = classes[class]
      local leg = redis.call('ZRANGEBYSCORE', waiting, range[1] * step, (range[2] + 1) * step - 1, 'WITHSCORES', 'LIMIT', 0, 1)
      if leg[1] then note(class, leg[1], tonumber(leg[2]), queue) end
    end
  end
end
local chosen, chosenName, longestAgo
for _, name in ipairs(found) do
  local one = found[name]
  if laneOf(one.class) > top or one.class > firstClass[one.place] then
    local before = tonumber(redis.call('HGET', KEYS[1], name) or 0)
    if not chosen or before < longestAgo or before == longestAgo and one.class < chosen.class then
      chosen, chosenName, longestAgo = one, name, before
    end
  end
end
if not chosen then return 0 end
-- Places come and go.
if redis.call('HLEN', KEYS[1]) > 1000 then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], chosenName, redis.call('HINCRBY', KEYS[1], 'count', 1))
redis.call('ZADD', KEYS[2 * chosen.queue], 0, chosen.leg)
return chosen.queue
`);

/**
 * Lets one leg through that others would go before for as long as more of them come: whoever takes from its queue next gets
 * it. Returns the queue; undefined when nothing had to be let through.
 *
 * @param queues All those that a worker takes legs from.
 */
export async function letOneThrough(redis: Redis, queues: readonly TakenQueue[]): Promise<TakenQueue | undefined> {
  const chosen = await guarded(
    runScript(redis, letThroughScript, {
      keys: [keys.letThrough, ...queues.flatMap(({ waiting, settings }) => [waiting, settings])],
      args: queues.map(({ place }) => place),
    }),
  );
  return queues[Number(chosen) - 1];
}
