-- Forgets a result whose files are not what they should be. Returns 0 when another one has taken its place.

-- include forget.lua

if redis.call('HGET', entryOf(key), 'document') ~= document then return 0 end
forget(key, reason)
return 1
