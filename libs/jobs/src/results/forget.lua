-- include index.lua

-- Says why to whoever looks for the result within a day.
local function forget(key, reason)
  local facts = redis.call('HMGET', entryOf(key), 'slot', 'bytes', 'family')
  local itsSlot, itsBytes, itsFamily = unpack(facts)
  redis.call('DEL', entryOf(key))
  redis.call('ZREM', prefix .. 'used', key)
  if itsSlot then
    redis.call('ZREM', prefix .. 'slot:' .. itsSlot, key)
    redis.call('DECRBY', prefix .. 'bytes', itsBytes)
  end
  if itsFamily then redis.call('SREM', prefix .. 'family:' .. itsFamily, key) end
  redis.call('SET', prefix .. 'gone:' .. key, reason, 'EX', 86400)
end
