-- A job ends, once. 'subjob' is '' when it ends whatever runs. The warnings of a completed job are all that it has. 'rest' has
-- further fields and their values by turns. Returns all fields of the job, or 'stale' (another attempt has taken over),
-- 'missing', 'later' (only who knows its version may end it), or the state in which the job had ended before.

-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/warnings.lua
-- include ../../record/later.lua
-- include ../../quotas/computed.lua

local block = blockOf(subjob)
local found = redis.call('HMGET', job, 'state', block .. 'attempt', 'created', 'line', 'turn', 'attempt', 'blocks', 'head', 'stage')
local before = found[1]
if not before then return 'missing' end
if isEnded(before) then return before end
if subjob == '' and isLater(field('head'), knownJobs) then return 'later' end
local changes = { 'state', state, 'finishedAt', finishedAt, unpack(rest) }
local function set(name, value)
  changes[#changes + 1] = name
  changes[#changes + 1] = value
end
if subjob ~= '' then
  if found[2] ~= attempt then return 'stale' end
  set(block .. 'state', state)
  if steps ~= '' then set(block .. 'steps', steps) end
end
warn(warnings)
-- What a lost attempt was warned of and no other is not of this image.
if state == 'completed' and warnings ~= '' then set('warnings', warnings) end
-- Before any write that takes no memory: Redis refuses only the first one when it has none left.
redis.call('HSET', job, unpack(changes))
if state == 'completed' and warnings == '' then redis.call('HDEL', job, 'warnings') end
indexState(job, id, before, state, found[3])
leaveLine(id, found[4], found[5])
if subjob ~= '' and steps ~= '' then countComputed(found[8], steps) end
for each = 0, before == 'active' and tonumber(found[7]) - 1 or -1 do
  local name = found[9] .. '.' .. each
  if name ~= subjob then
    local other = redis.call('HMGET', job, blockOf(name) .. 'state', blockOf(name) .. 'steps')
    if other[1] == 'active' then countComputed(found[8], other[2]) end
  end
end
if stored ~= '0' then redis.call('HINCRBY', storedBytesKey, (ownerIn(found[8])), stored) end
redis.call('ZREM', live, id)
redis.call('SADD', unrecorded, id)
tellState(state, found[6])
tell('result', cjson.encode({ state = state }))
redis.call('EXPIRE', job, keptSeconds)
redis.call('EXPIRE', events, keptSeconds)
redis.call('PUBLISH', channel, news)
if redis.call('EXISTS', quotasKey) == 1 then
  redis.call('ZREM', heldKey, id)
  redis.call('PUBLISH', workerChannel, heldNews)
end
-- Only then may others be running a part of it.
if subjob == '' or found[7] ~= '1' then redis.call('PUBLISH', workerChannel, id) end
return redis.call('HGETALL', job)
