-- What a project and each of its submitters may have at most. The hash 'quotasKey' has by project, as JSON, what was set of it,
-- and under '*' what holds for all others. What waits is counted in the sets of the index, so that no
-- number of its own can go wrong; workers, who may not read these, look at numbers alone.

local function quotasIn(text)
  local read, found = pcall(cjson.decode, text or '')
  return read and type(found) == 'table' and found or {}
end

-- By project: its own and those of all, or false where there are none, as on most machines.
local quotasRead = {}
local function quotasOf(project)
  if quotasRead[project] == nil then
    local found = redis.call('HMGET', quotasKey, project, '*')
    quotasRead[project] = (found[1] or found[2]) and { quotasIn(found[1]), quotasIn(found[2]) } or false
  end
  return quotasRead[project]
end

local function limitOf(project, scope, name)
  for _, each in ipairs(quotasOf(project) or {}) do
    local limits = each
    if scope == 'submitter' then limits = each.submitter end
    local limit = type(limits) == 'table' and tonumber(limits[name])
    if limit then return limit end
  end
end

-- Of a head or another record, as JSON.
local function ownerIn(text)
  local owner = quotasIn(text)
  local function named(value) return type(value) == 'string' and value or nil end
  return named(owner.project) or defaultProject, named(owner.submitter), owner
end

local function jobsIn(state, project, submitter)
  local sets = { indexPrefix .. 'state:' .. state, indexPrefix .. 'project:' .. project }
  if submitter then sets[3] = indexPrefix .. 'submitter:' .. submitter end
  return #redis.call('ZINTER', #sets, unpack(sets))
end

-- Jobs of accepted sweeps that are not written down yet.
local function owedJobs(project, submitter)
  local owed = 0
  for _, id in ipairs(redis.call('ZRANGE', unsettledKey, 0, -1)) do
    local found = redis.call('HMGET', sweepPrefix .. id, 'head', 'items')
    local of, by = ownerIn(found[1])
    if of == project and (not submitter or by == submitter) then
      for _, item in ipairs(quotasIn(found[2])) do
        if redis.call('EXISTS', jobPrefix .. tostring(item.job)) == 0 then owed = owed + 1 end
      end
    end
  end
  return owed
end

local function dayNow() return math.floor(redis.call('TIME')[1] / 86400) end

-- How much there is, by the name of the quota.
local used = {}
function used.waiting(project, submitter)
  return jobsIn('waiting', project, submitter) + jobsIn('queued', project, submitter) + owedJobs(project, submitter)
end
function used.running(project, submitter)
  local field = submitter and project .. ' ' .. submitter or project
  return math.max(0, tonumber(redis.call('HGET', runningKey, field) or 0) or 0)
end
function used.secondsPerDay(project, submitter)
  local field = submitter and project .. ' ' .. submitter or project
  return tonumber(redis.call('HGET', computedPrefix .. string.format('%d', dayNow()), field) or 0) or 0
end
function used.storedBytes(project) return math.max(0, tonumber(redis.call('HGET', storedBytesKey, project) or 0) or 0) end

-- Of open uploads, whose 'by' is '<submitter>', or '<project> <submitter>' of another project than the default one.
local function uploadsOf(project, submitter)
  local count, bytes = 0, 0
  for _, text in ipairs(redis.call('HVALS', uploadsKey)) do
    local upload = quotasIn(text)
    local of, by = string.match(tostring(upload.by), '^(%S+) (.*)$')
    if not of then of, by = defaultProject, tostring(upload.by) end
    if of == project and (not submitter or by == submitter) then
      count = count + 1
      bytes = bytes + math.max(tonumber(upload.length) or 0, tonumber(upload.arrived) or 0)
    end
  end
  return count, bytes
end
function used.uploads(project, submitter) return (uploadsOf(project, submitter)) end
function used.uploadBytes(project, submitter)
  local _, bytes = uploadsOf(project, submitter)
  return bytes
end

-- With what a script ends when 'more' would be too much of something; nothing where there is room. 'count' tells how much there is.
local function overQuota(project, submitter, name, more, count)
  if not quotasOf(project) then return end
  for _, scope in ipairs({ 'project', 'submitter' }) do
    local limit = limitOf(project, scope, name)
    local by = scope == 'submitter' and submitter or nil
    if limit and (scope == 'project' or by) then
      local present = (count or used[name])(project, by)
      if present + more > limit then
        return redis.error_reply('QUOTA ' .. cjson.encode({ of = scope, quota = name, limit = limit, used = present }))
      end
    end
  end
end

-- What takes any time or room at all, however little that is.
local some = 0.001

-- The same of jobs that are to be accepted.
local function jobsOverQuota(project, submitter, more)
  return overQuota(project, submitter, 'waiting', more)
    or overQuota(project, submitter, 'secondsPerDay', some)
    or overQuota(project, submitter, 'storedBytes', some)
end

-- Whether one more job may begin, beside as many of the project and of its submitter that are about to.
local function mayBegin(project, submitter, ofProject, ofSubmitter)
  if not quotasOf(project) then return true end
  return not (overQuota(project, nil, 'running', 1 + ofProject)
    or submitter and overQuota(project, submitter, 'running', 1 + ofSubmitter)
    or overQuota(project, submitter, 'secondsPerDay', some))
end
