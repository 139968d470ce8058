-- Returns whether the lease is still that of the token.

-- include index.lua

if redis.call('GET', leaseOf(key)) ~= token then return 0 end
return redis.call('PEXPIRE', leaseOf(key), leaseMs)
