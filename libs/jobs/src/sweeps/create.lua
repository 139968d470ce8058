-- A sweep is accepted: from now on its jobs are owed. 'idempotency' is the sweep's own key where its client has given none.
-- Returns the id that the key stands for.

-- include ../quotas/quota.lua

if idempotency ~= sweep then
  local known = redis.call('GET', idempotency)
  if known then return known end
end
if redis.call('EXISTS', quotasKey) == 1 then
  local project, submitter = ownerIn(head)
  local refusal = jobsOverQuota(project, submitter, #quotasIn(items))
  if refusal then return refusal end
end
if idempotency ~= sweep then
  redis.call('SET', idempotency, id, 'EX', idempotencySeconds)
end
redis.call('HSET', sweep, 'head', head, 'items', items)
redis.call('PERSIST', jobs)
redis.call('ZADD', sweeps, created, id)
redis.call('ZADD', unsettled, created, id)
return id
