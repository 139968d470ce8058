-- Indexes a job as it is now, and only in the one state that it has.

-- include sets.lua

local fields = redis.pcall('HMGET', job, 'head', 'state')
local head, state = fields[1], fields[2]
-- Its record is in the store.
if not head and redis.call('HEXISTS', indexedKey, id) == 1 then return 0 end
local at = redis.call('ZSCORE', jobsKey, id)
unindexJob(id)
local whole, decoded = pcall(cjson.decode, head or '')
if at and whole and state and type(decoded) == 'table' and decoded.pool then
  indexJob(id, at, decoded, state)
elseif at and redis.call('EXISTS', job) == 1 then
  -- Damaged: who lists it passes it over.
  redis.call('ZADD', indexPrefix .. 'state:failed', at, id)
else
  redis.call('ZREM', jobsKey, id)
end
return 1
