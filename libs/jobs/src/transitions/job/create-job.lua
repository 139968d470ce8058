-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/events.lua
-- include ../../record/warned-before.lua
-- include ../../quotas/quota.lua

-- With what the script ends where the job would be one too many, unless its sweep was counted with all its jobs.
local function tooManyJobs()
  if owed == '1' or redis.call('EXISTS', quotasKey) == 0 then return end
  local project, submitter = ownerIn(head)
  return jobsOverQuota(project, submitter, 1)
end

-- Writes a new job down; nobody can be waiting for news of it yet. When Redis has no memory left it refuses a script's first
-- write, if that takes memory, and none after it: so what takes most comes first.
local function writeJob(state)
  redis.call('HSET', job, 'head', head, 'work', work, 'attemptsPerRun', attempts, 'allowed', attempts,
    'state', state, 'attempt', 0, 'base', 0, 'generation', 0, 'stage', 0, 'blocks', 1, 'created', created)
  if warrant ~= '' then redis.call('HSET', job, 'warrant', warrant) end
  redis.call('ZADD', jobs, created, id)
  redis.call('ZADD', live, created, id)
  indexJob(id, created, cjson.decode(head), state)
  tellState(state, 0)
  local warned = warnedBefore(head)
  if #warned > 0 then redis.call('HSET', job, 'warnings', cjson.encode(warned)) end
  for _, each in ipairs(warned) do tell('warning', cjson.encode(each)) end
end

-- The same with a place in its line. Returns the priority of its sub-jobs.
local function createJob()
  writeJob('queued')
  local turn = joinLine(id, cjson.decode(line))
  redis.call('HSET', job, 'line', line, 'turn', turn)
  return turn
end
