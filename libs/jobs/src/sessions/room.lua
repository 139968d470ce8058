-- Sessions that have expired take no bytes any more.
local function forgetExpired()
  for _, each in ipairs(redis.call('ZRANGEBYSCORE', sessions, '-inf', now)) do redis.call('HDEL', sizes, each) end
  redis.call('ZREMRANGEBYSCORE', sessions, '-inf', now)
end

-- The limit that so many bytes more would exceed, or nothing.
local function excess(more)
  local own, all = tonumber(redis.call('HGET', sizes, id)) or 0, 0
  if own + more > tonumber(mostBytesOfOne) then return 'bytesOfOne' end
  for _, bytes in ipairs(redis.call('HVALS', sizes)) do all = all + bytes end
  if all + more > tonumber(mostBytes) then return 'bytes' end
end
