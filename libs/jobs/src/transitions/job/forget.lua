-- All that is known of a job goes, however little of it can be read, and what its client's idempotency key stands for. Returns
-- 0 when the job has not ended, as when somebody has it run again, or is of a later version.

-- include ../../index/sets.lua
-- include ../../record/job.lua
-- include ../../record/later.lua

local function decoded(text)
  local read, value = pcall(cjson.decode, text or '')
  return read and type(value) == 'table' and value or {}
end

local fields = {}
if redis.call('TYPE', job).ok == 'hash' then
  fields = redis.call('HMGET', job, 'state', 'idempotency', 'head', 'line')
end
local state, sent, head, place = fields[1], fields[2], decoded(fields[3]), decoded(fields[4])
if state and not isEnded(state) or isLater(fields[3], knownJobs) then return 0 end
if sent then redis.call('DEL', sent, sent .. ':sent') end
redis.call('DEL', job, events, jobAside, eventsAside, followers)
redis.call('ZREM', live, id)
redis.call('SREM', unrecorded, id)
unindexJob(id)
redis.call('ZREM', jobsKey, id)
-- The turns of a submitter have their name; whoever has no other job needs none.
local submitter = head.submitter
if submitter and place.turns and redis.call('EXISTS', indexPrefix .. 'submitter:' .. submitter) == 0 then
  redis.call('HDEL', place.turns, place.flow, 'came ' .. place.flow)
end
return 1
