-- Follows the script with which BullMQ gives a leg out. When none is left, takes away the marker that BullMQ leaves with each
-- leg, so that nobody is woken for nothing. Begins an attempt, unless other workers came in between. 'given': legs that were
-- given out, the latest first; 'waiting': legs in the order of their priorities; 'first': those that come before all of them.
-- Returns how many legs wait, and what beginning has answered, if it was done.

local job, events

-- include ../transitions/attempt/begin-attempt.lua

local left = redis.call('ZCARD', waiting) + redis.call('LLEN', first)
if left == 0 then redis.call('ZREM', marker, '0') end
local last = worker ~= '' and redis.call('LINDEX', given, 0)
if not last or redis.call('GET', prefix .. last .. ':lock') ~= lock then return { left } end
local leg = cjson.decode(redis.call('HGET', prefix .. last, 'data'))
job = string.format(jobPattern, leg.job)
events = string.format(eventsPattern, leg.job)
return { left, begin(leg.job, string.format('%d.%d', leg.stage, leg.block), string.format('%d', leg.generation),
  string.format('%d', leg.stage)) }
