-- A job is a hash under the key 'job'. It runs in stages, a stage in one or more blocks, and the fields of a block begin with
-- 'b:<stage>.<block>:'.

local function field(name) return redis.call('HGET', job, name) end

local function blockOf(subjob) return 'b:' .. subjob .. ':' end

local function isEnded(state) return state == 'completed' or state == 'failed' or state == 'cancelled' end

-- Whether this attempt at this sub-job is the one that counts.
local function counts(subjob, attempt)
  return field('state') == 'active' and field(blockOf(subjob) .. 'state') == 'active'
    and field(blockOf(subjob) .. 'attempt') == attempt
end
