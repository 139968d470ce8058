-- The run that is, or a new one; 'known' is the one that the caller knows or ''. That it alone was overwritten, and lies aside,
-- is no loss: then it goes on. Returns id, time of its beginning in ms, and 1 after a loss.

-- include server-time.lua

if redis.call('EXISTS', run) == 0 then
  local goesOn = known ~= '' and redis.call('EXISTS', aside) == 1
  local afterLoss = known ~= '' and not goesOn
  redis.call('HSET', run, 'id', goesOn and known or id, 'since', now, 'afterLoss', afterLoss and 1 or 0)
end
return redis.call('HMGET', run, 'id', 'since', 'afterLoss')
