-- A job is a hash under the key 'job'. It runs in stages, a stage in one or more blocks, and the fields of a block begin with
-- 'b:<stage>.<block>:'.

local function field(name) return redis.call('HGET', job, name) end

local function blockOf(subjob) return 'b:' .. subjob .. ':' end

local function isEnded(state) return state == 'completed' or state == 'failed' or state == 'cancelled' end

-- Whether this attempt at this sub-job is the one that counts.
local function counts(subjob, attempt)
  local block = blockOf(subjob)
  local found = redis.call('HMGET', job, 'state', block .. 'state', block .. 'attempt')
  return found[1] == 'active' and found[2] == 'active' and found[3] == attempt
end
