-- A warm algorithm is a hash under the key 'algorithm'. Times are milliseconds since 1970.

local function fieldOf(name) return redis.call('HGET', algorithm, name) end

local function heldUntil()
  local till = tonumber(fieldOf('lockUntil') or 0)
  if fieldOf('lock') and till > tonumber(now) then return till end
  return nil
end

-- Why somebody who shows this token ('' for none) may not go on, or nothing. A use renews the lock and the life.
local function refusal()
  local state = fieldOf('state')
  if not state then return 'missing' end
  if state == 'closed' then return 'closed' end
  local till = heldUntil()
  if till and fieldOf('lock') ~= token then return 'locked ' .. (till - tonumber(now)) end
  if token ~= '' and not till then return 'unlocked' end
  if till then redis.call('HSET', algorithm, 'lockUntil', tonumber(now) + tonumber(fieldOf('lockMs'))) end
  redis.call('HSET', algorithm, 'usedAt', now)
  return nil
end
