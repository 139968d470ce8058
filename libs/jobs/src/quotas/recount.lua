-- Counts anew how many jobs run, by project and submitter: where there were no quotas nobody has counted them, and whoever has
-- died may have left a number that is wrong.

-- include ../index/sets.lua

redis.call('DEL', runningKey)
if redis.call('EXISTS', quotasKey) == 0 then return 0 end
local active = redis.call('ZRANGE', indexPrefix .. 'state:active', 0, -1)
for _, id in ipairs(active) do
  -- One that is no job is found by others.
  local head = redis.pcall('HGET', jobPrefix .. id, 'head')
  countRunning(type(head) == 'string' and head, 1)
end
return #active
