-- Jobs that were held back as their project ran as many as it may, and that may begin now, the oldest first: each is in its line
-- again, and whoever calls puts its sub-job on its queue. 'most' are looked at.

local job

-- include ../record/job.lua
-- include ../line/line.lua
-- include quota.lua

local into, soon = {}, {}
local function more(name) return name and soon[name] or 0 end
for _, id in ipairs(redis.call('ZRANGE', heldKey, 0, most - 1)) do
  job = jobPrefix .. id
  local found = redis.call('HMGET', job, 'head', 'state', 'line', 'attempt')
  if not found[1] or isEnded(found[2]) or found[2] == 'active' then
    redis.call('ZREM', heldKey, id)
  else
    local project, submitter = ownerIn(found[1])
    local own = submitter and project .. ' ' .. submitter
    if mayBegin(project, submitter, more(project), more(own)) then
      redis.call('ZREM', heldKey, id)
      soon[project] = more(project) + 1
      if own then soon[own] = more(own) + 1 end
      local place = lineFrom(found[3])
      if place and tonumber(found[4] or 0) > 0 then joinInFront(id, found[3])
      elseif place then redis.call('HSET', job, 'turn', joinLine(id, place)) end
      into[#into + 1] = id
    end
  end
end
return into
