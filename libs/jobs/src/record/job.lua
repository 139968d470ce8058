-- A job is a hash under the key 'job'. It runs in stages, a stage in one or more blocks, and the fields of a block begin with
-- 'b:<stage>.<block>:'.

local function field(name) return redis.call('HGET', job, name) end

local function blockOf(leg) return 'b:' .. leg .. ':' end

local function isEnded(state) return state == 'completed' or state == 'failed' or state == 'cancelled' end

-- Whether this attempt at this leg is the one that counts.
local function counts(leg, attempt)
  return field('state') == 'active' and field(blockOf(leg) .. 'state') == 'active'
    and field(blockOf(leg) .. 'attempt') == attempt
end
