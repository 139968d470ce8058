-- Returns whether it was there.

local there = redis.call('DEL', session)
redis.call('DEL', log, snapshot)
redis.call('ZREM', sessions, id)
redis.call('HDEL', sizes, id)
redis.call('PUBLISH', channel, id)
return there
