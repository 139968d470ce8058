-- One more change, if nobody was faster. Returns 'missing', 'bytes' or 'bytesOfOne' where there would be too many, or 1 or 0
-- for appended or not, then version, bytes of log and of snapshot, number of log entries since the snapshot.

-- include session.lua
-- include room.lua

local version = redis.call('HGET', session, 'version')
if not version then return 'missing' end
keep()
if version ~= expected then return { 0, version, 0, 0, 0 } end
forgetExpired()
local excessive = excess(#record)
if excessive then return excessive end
redis.call('HINCRBY', sizes, id, #record)
redis.call('XADD', log, after(version), 'r', record)
redis.call('PEXPIRE', log, keptMs)
local made = redis.call('HINCRBY', session, 'version', 1)
local bytes = redis.call('HINCRBY', session, 'logBytes', #record)
redis.call('PUBLISH', channel, id)
local facts = redis.call('HMGET', session, 'snapshotBytes', 'snapshotVersion')
return { 1, made, bytes, tonumber(facts[1]), made - tonumber(facts[2]) }
