-- Returns the token that holds the lock, after 'ok ', or why not.

-- include algorithm.lua

local reason = refusal()
if reason then return reason end
local holder = token ~= '' and token or newToken
redis.call('HSET', algorithm, 'lock', holder, 'lockUntil', tonumber(now) + tonumber(lockMs), 'lockMs', lockMs)
return 'ok ' .. holder
