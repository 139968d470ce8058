-- Returns 'ok' or why not.

-- include algorithm.lua

local reason = refusal()
if reason then return reason end
redis.call('HDEL', algorithm, 'lock', 'lockUntil', 'lockMs')
return 'ok'
