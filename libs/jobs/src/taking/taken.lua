-- Follows the script with which BullMQ gives a sub-job out. Begins an attempt, unless other workers came in between. Returns how
-- many sub-jobs wait, and what beginning has answered, if it was done.

local job, events

-- include ../bullmq/layout.lua
-- include ../transitions/attempt/begin-attempt.lua

local left = leftIn(waiting, first, marker)
local data = worker ~= '' and dataGiven(given, prefix, lock)
if not data or isLater(data, knownSubjobs) then return { left } end
local subjob = cjson.decode(data)
job = string.format(jobPattern, subjob.job)
events = string.format(eventsPattern, subjob.job)
return { left, begin(subjob.job, string.format('%d.%d', subjob.stage, subjob.block), string.format('%d', subjob.generation),
  string.format('%d', subjob.stage)) }
