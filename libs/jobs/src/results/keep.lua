-- Keeps a result unless another one of the same key was faster; 'rest' has fields of its entry and their values by turns.
-- Returns the keys that made room.

-- include make-room.lua
-- include let-go.lua

local evicted = {}

local function keepMostOf(slotKey)
  local surplus = redis.call('ZCARD', slotKey) - tonumber(maxsize)
  if surplus <= 0 then return end
  for _, other in ipairs(redis.call('ZRANGE', slotKey, 0, math.min(surplus, 1000))) do
    if surplus > 0 and other ~= key then
      forget(other, 'maxsize ' .. maxsize)
      table.insert(evicted, other)
      surplus = surplus - 1
    end
  end
end

if redis.call('EXISTS', entryOf(key)) == 0 then
  local slotKey = prefix .. 'slot:' .. slot
  redis.call('HSET', entryOf(key), 'slot', slot, 'bytes', bytes, 'family', family, unpack(rest))
  redis.call('ZADD', slotKey, now, key)
  redis.call('ZADD', prefix .. 'used', now, key)
  redis.call('INCRBY', prefix .. 'bytes', bytes)
  redis.call('DEL', prefix .. 'gone:' .. key)
  if family ~= '' then redis.call('SADD', prefix .. 'family:' .. family, key) end
  keepMostOf(slotKey)
end
letGo()
return makeRoom(evicted)
