-- A newer snapshot. What lies before the one it replaces leaves the log. Returns whether it was newer.

-- include session.lua

local old = redis.call('HGET', session, 'snapshotVersion')
if not old or tonumber(old) >= tonumber(version) then return 0 end
redis.call('SET', snapshot, text)
redis.call('HSET', session, 'snapshotVersion', version, 'snapshotBytes', #text, 'logBytes', 0)
redis.call('XTRIM', log, 'MINID', after(old))
redis.call('HSET', sizes, id, #text)
keep()
return 1
