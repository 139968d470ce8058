-- Of a queue whose lists were damaged: the entries 'rest' that lie in none any more are given out still, as long as the lock of
-- whoever has them lasts, and else gone, so that whoever misses them adds them again.

local lying = {}
for _, list in ipairs({ first, given }) do
  for _, id in ipairs(redis.call('LRANGE', list, 0, -1)) do lying[id] = true end
end
for _, id in ipairs(rest) do
  local waits = redis.call('ZSCORE', waiting, id) or redis.call('ZSCORE', later, id)
  if not waits and not lying[id] then
    if redis.call('EXISTS', prefix .. id .. ':lock') == 1 then
      redis.call('RPUSH', given, id)
    else
      redis.call('DEL', prefix .. id)
    end
  end
end
return #rest
