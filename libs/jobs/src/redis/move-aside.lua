-- What some keys hold and Rondel has not written goes aside: all of a key of another type than it should have, or that scripts
-- count with and that is no number, and of a hash the fields with which they count. 'moreKeys' has keys and where they would go
-- by turns, 'rest' of each the type, whether it is to be 'whole', 'any' number or '', and fields, separated by spaces. Returns of
-- each that was moved the key, where it lies now, and what it held.

local moved = {}
local function note(key, aside, held)
  for _, each in ipairs({ key, aside, held }) do moved[#moved + 1] = each end
end

local function isNumber(value, counts)
  if counts == 'whole' then return string.find(value, '^-?%d+$') ~= nil and #value < 19 end
  return tonumber(value) ~= nil
end

local function wrongFields(key, counts, named)
  local wrong = {}
  local all = redis.call('HGETALL', key)
  for at = 1, #all, 2 do
    local isCounted = counts ~= '' or string.find(' ' .. named .. ' ', ' ' .. all[at] .. ' ', 1, true)
    if isCounted and not isNumber(all[at + 1], counts == '' and 'whole' or counts) then
      wrong[#wrong + 1] = { all[at], all[at + 1] }
    end
  end
  return wrong
end

for index = 1, #moreKeys / 2 do
  local key, aside = moreKeys[2 * index - 1], moreKeys[2 * index]
  local wanted, counts, named = rest[3 * index - 2], rest[3 * index - 1], rest[3 * index]
  local held = redis.call('TYPE', key).ok
  if held ~= 'none' and held ~= wanted then
    redis.call('RENAME', key, aside)
    note(key, aside, 'a ' .. held)
  elseif held == 'string' and counts ~= '' and not isNumber(redis.call('GET', key), counts) then
    redis.call('RENAME', key, aside)
    note(key, aside, 'no number')
  elseif held == 'hash' and (counts ~= '' or named ~= '') then
    for _, field in ipairs(wrongFields(key, counts, named)) do
      if redis.call('TYPE', aside).ok ~= 'hash' then redis.call('DEL', aside) end
      redis.call('HSET', aside, field[1], field[2])
      redis.call('HDEL', key, field[1])
      note(key, aside, 'no number in its field ' .. field[1])
    end
  end
end
-- What was there may have named others, which have to be found again.
if #moved > 0 then
  redis.call('DEL', indexBuilt)
  redis.call('SET', namesLost, table.concat(redis.call('TIME'), '.'))
end
return moved
