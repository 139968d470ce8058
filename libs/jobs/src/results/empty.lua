-- Forgets some results of a family, and returns how many.

-- include forget.lua

local members = prefix .. 'family:' .. family
local found = redis.call('SRANDMEMBER', members, 500)
for _, key in ipairs(found) do
  forget(key, 'emptied')
  redis.call('SREM', members, key)
end
return #found
