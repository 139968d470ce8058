-- Returns 'created', 'full', 'bytes' or 'bytesOfOne'.

-- include session.lua
-- include room.lua

forgetExpired()
if redis.call('ZCARD', sessions) >= tonumber(mostSessions) then return 'full' end
local excessive = excess(#text)
if excessive then return excessive end
redis.call('HSET', sizes, id, #text)
redis.call('HSET', session, 'version', 0, 'createdAt', now, 'snapshotVersion', 0, 'snapshotBytes', #text,
  'logBytes', 0, 'about', about, 'project', project)
redis.call('SET', snapshot, text)
keep()
return 'created'
