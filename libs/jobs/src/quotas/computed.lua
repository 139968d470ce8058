-- Counts what steps have computed, for the day of UTC on which their attempt has ended. 'text' has the steps as JSON, each with
-- the seconds that it took; those of the head are the project and the submitter.

-- include quota.lua

-- Days are told of for a week.
local keptDays = 8

local function countComputed(headText, text)
  local seconds = 0
  for _, step in ipairs(quotasIn(text)) do
    if type(step) == 'table' then seconds = seconds + (tonumber(step.seconds) or 0) end
  end
  if seconds <= 0 then return end
  local project, submitter = ownerIn(headText)
  local key = computedPrefix .. string.format('%d', dayNow())
  redis.call('HINCRBYFLOAT', key, project, seconds)
  if submitter then redis.call('HINCRBYFLOAT', key, project .. ' ' .. submitter, seconds) end
  redis.call('EXPIRE', key, keptDays * 86400)
end
