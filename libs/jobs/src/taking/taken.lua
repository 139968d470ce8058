-- Follows the script with which BullMQ gives a sub-job out. When none is left, takes away the marker that BullMQ leaves with each
-- sub-job, so that nobody is woken for nothing. Begins an attempt, unless other workers came in between. 'given': sub-jobs that were
-- given out, the latest first; 'waiting': sub-jobs in the order of their priorities; 'first': those that come before all of them.
-- Returns how many sub-jobs wait, and what beginning has answered, if it was done.

local job, events

-- include ../transitions/attempt/begin-attempt.lua

local left = redis.call('ZCARD', waiting) + redis.call('LLEN', first)
if left == 0 then redis.call('ZREM', marker, '0') end
local last = worker ~= '' and redis.call('LINDEX', given, 0)
if not last or redis.call('GET', prefix .. last .. ':lock') ~= lock then return { left } end
local subjob = cjson.decode(redis.call('HGET', prefix .. last, 'data'))
job = string.format(jobPattern, subjob.job)
events = string.format(eventsPattern, subjob.job)
return { left, begin(subjob.job, string.format('%d.%d', subjob.stage, subjob.block), string.format('%d', subjob.generation),
  string.format('%d', subjob.stage)) }
