-- Indexes a job as it is now, and only in the one state that it has. 'created' is '', or when a job was created that the set of
-- all jobs may lack: then it comes back there, among those that have not ended, or, where its end broke off or came after
-- 'since', among those that are to be recorded.

-- include sets.lua
-- include ../record/job.lua
-- include ../record/later.lua

local fields = redis.pcall('HMGET', job, 'head', 'state')
local head, state = fields[1], fields[2]
-- Its record is in the store, unless it has not ended.
if not head and redis.call('HEXISTS', indexedKey, id) == 1 and not redis.call('ZSCORE', live, id) then return 0 end
local at = redis.call('ZSCORE', jobsKey, id)
unindexJob(id)
local whole, decoded = pcall(cjson.decode, head or '')
if whole and state and type(decoded) == 'table' and decoded.pool and (at or created ~= '') then
  if not at then redis.call('ZADD', jobsKey, created, id) end
  indexJob(id, at or created, decoded, state)
  if created ~= '' and not isEnded(state) then redis.call('ZADD', live, created, id) end
  local isOver = created ~= '' and isEnded(state) and not isLater(head, knownJobs)
  if isOver and (redis.call('TTL', job) < 0 or (field('finishedAt') or '') > since) then
    redis.call('ZREM', live, id)
    redis.call('SADD', unrecorded, id)
    redis.call('EXPIRE', job, keptSeconds)
  end
elseif at and redis.call('EXISTS', job) == 1 then
  -- Damaged, or of a later version: who lists it passes it over.
  redis.call('ZADD', indexPrefix .. 'state:' .. (isLater(head, knownJobs) and state or 'failed'), at, id)
else
  redis.call('ZREM', jobsKey, id)
  redis.call('ZREM', live, id)
end
return 1
