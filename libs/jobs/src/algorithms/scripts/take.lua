-- The oldest input is given out, if it is the one that the caller has seen; 'ticket' is '' for a renewal alone. Returns
-- 'ok <number> <job>', 'again <number> <job>' when the call was answered so before, 'none' (it is not the oldest any more), or
-- why not.

-- include algorithm.lua
-- include repeated-call.lua

local reason = refusal()
if reason then return reason end
local before = known()
if before then return 'again ' .. before end
if fieldOf('state') == 'failed' and redis.call('LLEN', tickets) == 0 then
  return 'failed ' .. (fieldOf('error') or '')
end
if ticket == '' or redis.call('LREM', tickets, 1, ticket) == 0 then return 'none' end
remember(ticket)
redis.call('PUBLISH', channel, id)
return 'ok ' .. ticket
