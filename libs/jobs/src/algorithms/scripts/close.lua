-- It takes nothing more. 'usedAt' is the time of its last use, or '' whenever that was. Returns 'ok', 'used' (somebody has used
-- it since), or why not.

-- include algorithm.lua

if usedAt ~= '' then
  if fieldOf('usedAt') ~= usedAt or heldUntil() then return 'used' end
else
  local reason = refusal()
  if reason then return reason end
end
redis.call('HSET', algorithm, 'state', 'closed')
redis.call('HDEL', algorithm, 'lock', 'lockUntil', 'lockMs')
redis.call('PUBLISH', channel, id)
return 'ok'
