-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/job.lua
-- include ../../record/events.lua
-- include ../../record/later.lua
-- include ../../quotas/computed.lua

-- Whether the project runs as many jobs as it may. Those of a warm algorithm have their worker, and one of them runs at a time.
local function isHeldBack(headText)
  local project, submitter, owner = ownerIn(headText)
  return type(owner.algorithm) ~= 'string' and not mayBegin(project, submitter, 0, 0)
end

-- An attempt at a sub-job begins. Returns its number (its fencing token) and the fields of `begunFields`, or a word that says why
-- not.
local function begin(id, subjob, generation, stage)
  local block = blockOf(subjob)
  local found = redis.call('HMGET', job, 'head', 'work', 'inputs', 'run', 'allowed', block .. 'allowed', 'state',
    'generation', 'stage', block .. 'state', block .. 'attempt', 'base', 'attempt',
    'created', 'line', 'turn', 'startedAt', 'warrant', 'workBefore')
  local state = found[7]
  if not state then return 'missing' end
  if isLater(found[1], knownJobs) then return { 'later', found[1] } end
  if isEnded(state) then return state end
  if found[8] ~= generation or found[9] ~= stage or found[10] == 'completed' then return 'stale' end
  local made = tonumber(found[11] or found[12])
  if made >= tonumber(found[6] or found[5]) then return { 'exhausted', made } end
  if state ~= 'active' and redis.call('EXISTS', quotasKey) == 1 and isHeldBack(found[1]) then
    redis.call('ZADD', heldKey, found[14], id)
    leaveLine(id, found[15], found[16])
    return 'held'
  end
  -- Of an attempt whose worker was lost without a word.
  if found[10] == 'active' then countComputed(found[1], field(block .. 'steps')) end
  made = made + 1
  local changes = { block .. 'attempt', made, block .. 'state', 'active', block .. 'worker', worker,
    'state', 'active', 'worker', worker, 'attempt', math.max(made, tonumber(found[13])),
    'startedAt', found[17] or startedAt }
  local place = lineFrom(found[15])
  if place then
    changes[#changes + 1] = 'turn'
    changes[#changes + 1] = place.front
  end
  -- Of all writes the first, which Redis refuses when it has no memory left.
  redis.call('HSET', job, unpack(changes))
  if place then takeTurn(id, place, found[16]) end
  indexState(job, id, state, 'active', found[14])
  if made > 1 then redis.call('HDEL', job, block .. 'fraction', block .. 'steps') end
  tellState('active', made)
  redis.call('PUBLISH', channel, id)
  return { made, { found[1], found[2], found[3], found[4], found[5], found[6], found[18], found[19] } }
end
