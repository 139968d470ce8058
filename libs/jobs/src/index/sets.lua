-- What lists of jobs are filtered by, as sorted sets of job ids by the time at which the jobs were created, like that of all
-- jobs: one for each state, pool, project, submitter, label and value of a label, and for the job that they run again. The scripts
-- that change a job change them with it.

local function setsOf(head)
  -- What was submitted before there were projects belongs to the default one.
  local names = { 'pool:' .. head.pool, 'project:' .. (head.project or 'default') }
  if head.submitter then names[#names + 1] = 'submitter:' .. head.submitter end
  if head.rerunOf then names[#names + 1] = 'rerunOf:' .. head.rerunOf end
  for label, value in pairs(head.labels or {}) do
    names[#names + 1] = 'label:' .. label
    names[#names + 1] = 'label:' .. label .. '=' .. value
  end
  return names
end

-- 'at': when it was created, its score in the set of all jobs.
local function indexJob(id, at, head, state)
  local names = setsOf(head)
  for _, name in ipairs(names) do redis.call('ZADD', indexPrefix .. name, at, id) end
  redis.call('ZADD', indexPrefix .. 'state:' .. state, at, id)
  redis.call('HSET', indexedKey, id, cjson.encode(names))
end

-- How many run is what quotas need to know when one begins, where these sets may not be read; see `quotas/recount.lua`.
local function countRunning(head, more)
  local read, owner = pcall(cjson.decode, head or '')
  if not read or type(owner) ~= 'table' then return end
  local project = type(owner.project) == 'string' and owner.project or 'default'
  redis.call('HINCRBY', runningKey, project, more)
  if type(owner.submitter) == 'string' then redis.call('HINCRBY', runningKey, project .. ' ' .. owner.submitter, more) end
end

-- A job, which lies under the key 'job', goes from one state to another. 'at': when it was created, if that is known.
local function indexState(job, id, before, after, at)
  if before == after then return end
  at = at or redis.call('ZSCORE', jobsKey, id)
  if not at then return end
  redis.call('ZREM', indexPrefix .. 'state:' .. before, id)
  redis.call('ZADD', indexPrefix .. 'state:' .. after, at, id)
  if (before == 'active' or after == 'active') and redis.call('EXISTS', quotasKey) == 1 then
    countRunning(redis.call('HGET', job, 'head'), after == 'active' and 1 or -1)
  end
end

-- Of a job that is gone, however much of it was known.
local function unindexJob(id)
  local read, names = pcall(cjson.decode, redis.call('HGET', indexedKey, id) or '[]')
  if not read or type(names) ~= 'table' then names = {} end
  for _, name in ipairs(names) do redis.call('ZREM', indexPrefix .. name, id) end
  for _, state in ipairs(jobStates) do redis.call('ZREM', indexPrefix .. 'state:' .. state, id) end
  redis.call('HDEL', indexedKey, id)
end
