-- Writes special queues down, all or none; 'rest' has their names and what they require by turns. Returns the new ones, or
-- which limit keeps them from being written down.

-- include ../redis/server-time.lua

local new = {}
for index = 1, #rest, 2 do
  if redis.call('HEXISTS', queues, rest[index]) == 0 then new[#new + 1] = rest[index] end
end
if #new > 0 then
  local own = 0
  for _, owner in ipairs(redis.call('HVALS', owners)) do
    if owner == submitter then own = own + 1 end
  end
  if own + #new > tonumber(mostOfOne) then return 'ofOne' end
  if redis.call('HLEN', queues) + #new > tonumber(mostInAll) then return 'inAll' end
end
for index = 1, #rest, 2 do
  redis.call('ZADD', used, now, rest[index])
  redis.call('HSETNX', queues, rest[index], rest[index + 1])
end
for _, name in ipairs(new) do redis.call('HSET', owners, name, submitter) end
if #new > 0 then redis.call('PUBLISH', channel, news) end
return new
