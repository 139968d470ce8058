-- Bytes are about to come into the store for a project, in one request. Counted at once, so that many at once get no more than
-- one after the other. Returns how many more there is room for, '' without a quota.

-- include quota.lua

local function stored(of)
  local _, coming = uploadsOf(of)
  return used.storedBytes(of) + coming
end
local refusal = overQuota(project, nil, 'storedBytes', math.max(some, tonumber(bytes)), stored)
if refusal then return refusal end
redis.call('HINCRBY', storedBytesKey, project, bytes)
local limit = limitOf(project, 'project', 'storedBytes')
return limit and string.format('%.0f', limit - stored(project)) or ''
