-- The state of an open algorithm that is bound to this worker; 'failure' says why it could not be built, or ''. Returns 1 when
-- it is another one now.

local fields = redis.call('HMGET', algorithm, 'state', 'worker')
local before = fields[1]
if not before or before == 'closed' or before == state or fields[2] ~= worker then return 0 end
if state == 'failed' and before ~= 'building' then return 0 end
redis.call('HSET', algorithm, 'state', state)
if failure == '' then redis.call('HDEL', algorithm, 'error') else redis.call('HSET', algorithm, 'error', failure) end
if state == 'building' then redis.call('SADD', builds, id) else redis.call('SREM', builds, id) end
return 1
