-- include ../redis/server-time.lua
-- include forget.lua

-- Forgets what is too old, then what was used longest ago while there is too much. Nobody else runs meanwhile, so only so
-- many at a time. Adds their keys to those of 'evicted', and returns them.
local function makeRoom(evicted)
  local oldest = string.format('%d', now - tonumber(mostAgeMs))
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'used', '-inf', '(' .. oldest, 'LIMIT', 0, 500)) do
    forget(key, 'age')
    table.insert(evicted, key)
  end
  while #evicted < 1000 do
    local held = tonumber(redis.call('GET', prefix .. 'bytes') or '0')
    if held <= tonumber(mostBytes) and redis.call('ZCARD', prefix .. 'used') <= tonumber(mostResults) then break end
    local key = redis.call('ZRANGE', prefix .. 'used', 0, 0)[1]
    if not key then break end
    forget(key, 'size')
    table.insert(evicted, key)
  end
  return evicted
end
