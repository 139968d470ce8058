-- How many of the things in a set, plan sessions or warm algorithms, are of a project, or of a submitter in it. Each is a hash that
-- says so in its fields 'project' and 'submitter', or in its head.

-- include quota.lua

local function thingsOf(set, prefix, project, submitter)
  local count = 0
  for _, id in ipairs(redis.call('ZRANGE', set, 0, -1)) do
    local found = redis.call('HMGET', prefix .. id, 'head', 'project', 'submitter')
    local of, by = ownerIn(found[1])
    if not found[1] then of, by = found[2] or defaultProject, found[3] end
    if of == project and (not submitter or by == submitter) then count = count + 1 end
  end
  return count
end
