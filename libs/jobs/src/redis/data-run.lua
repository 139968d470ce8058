-- The run that is, or a new one; 'known' is the one that the caller knows or ''. Returns id, time of its beginning in ms, and
-- 1 after a loss.

-- include server-time.lua

if redis.call('EXISTS', run) == 0 then
  redis.call('HSET', run, 'id', id, 'since', now, 'afterLoss', known == '' and 0 or 1)
end
return redis.call('HMGET', run, 'id', 'since', 'afterLoss')
