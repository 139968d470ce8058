-- include index.lua

-- Ends a lease, and tells those who wait for its end. Returns whether it was that of the token.
local function letGo()
  if redis.call('GET', leaseOf(key)) ~= token then return 0 end
  redis.call('DEL', leaseOf(key))
  redis.call('PUBLISH', channel, 'result:' .. key)
  return 1
end
