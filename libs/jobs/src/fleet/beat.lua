-- What a worker says of itself. 'moreKeys' has what the capabilities of each pool are noted in, 'rest' pools and what they are
-- by turns. Returns the time in ms.

-- include ../redis/server-time.lua

redis.call('SET', worker, record, 'PX', keptMs)
redis.call('ZADD', workers, now, id)
for index = 1, #rest, 2 do redis.call('SADD', pools, rest[index]) end
redis.call('HSET', needs, unpack(rest))
for _, seen in ipairs(moreKeys) do
  redis.call('ZADD', seen, now, capabilities)
  redis.call('ZREMRANGEBYRANK', seen, 0, -mostKinds - 1)
end
return now
