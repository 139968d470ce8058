-- Another worker builds it. Returns 0 when somebody else was faster.

local fields = redis.call('HMGET', algorithm, 'state', 'worker')
if fields[1] == 'closed' or fields[2] ~= worker then return 0 end
redis.call('HSET', algorithm, 'worker', nextWorker, 'state', 'building')
redis.call('HINCRBY', algorithm, 'moves', 1)
redis.call('HDEL', algorithm, 'error')
redis.call('SREM', builds, id)
redis.call('SADD', nextBuilds, id)
return 1
