-- A new job with its first sub-job. A job that is there already stays as it is. 'idempotency' is the job's own key where its
-- client has given none. Returns the id and, of the job of this call, how many jobs come before it at its place.

-- include create-job.lua
-- include ../../bullmq/layout.lua

local function standing() return { id, redis.call('ZRANK', cjson.decode(line).waiting, id) or 0 } end

if redis.call('EXISTS', job) == 1 then return standing() end
if idempotency ~= job then
  local known = redis.call('GET', idempotency)
  if known then return { known } end
end
local refusal = tooManyJobs()
if refusal then return refusal end
if idempotency ~= job then
  redis.call('SET', idempotency, id, 'EX', idempotencySeconds)
end
local turn = createJob()
-- Erasing the job has to find it.
if idempotency ~= job then redis.call('HSET', job, 'idempotency', idempotency) end
putSubjobs(queue, { job = id, generation = 0, stage = 0, blocks = 1 }, turn, created)
return standing()
