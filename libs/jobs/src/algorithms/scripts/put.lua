-- An input comes: its job is written down and gets the last place in the order. 'mark' is ' own' for an input whose result
-- nobody may take, else ''. Returns 'ok <number> <job>' or why not.

-- include algorithm.lua
-- include repeated-call.lua
-- include ../../transitions/job/create-job.lua

local reason = refusal()
if reason then return reason end
local before = known()
if before then return 'ok ' .. before end
if fieldOf('state') == 'failed' then return 'failed ' .. (fieldOf('error') or '') end
if redis.call('LLEN', tickets) >= tonumber(mostTickets) then return 'full' end
local tooMany = tooManyJobs()
if tooMany then return tooMany end
local ticket = redis.call('HINCRBY', algorithm, 'put', 1) .. ' ' .. id .. mark
redis.call('RPUSH', tickets, ticket)
remember(ticket)
createJob()
redis.call('PUBLISH', channel, algorithmId)
return 'ok ' .. ticket
