-- A new job that waits for others, whose results it reads: it has no sub-job and no place in a line before they have completed.
-- 'awaits' has their ids, 'moreKeys' for each of them the set of those that wait for it. Otherwise as create.lua; returns the id.

-- include create-job.lua

if redis.call('EXISTS', job) == 1 then return { id } end
if idempotency ~= job then
  local known = redis.call('GET', idempotency)
  if known then return { known } end
end
local refusal = tooManyJobs()
if refusal then return refusal end
if idempotency ~= job then
  redis.call('SET', idempotency, id, 'EX', idempotencySeconds)
end
writeJob('waiting')
redis.call('HSET', job, 'awaits', awaits)
for _, followers in ipairs(moreKeys) do
  redis.call('SADD', followers, id)
  redis.call('EXPIRE', followers, keptSeconds)
end
if idempotency ~= job then redis.call('HSET', job, 'idempotency', idempotency) end
return { id, 0 }
