-- What happened after the version 'known', -1 for all, and puts off the end. Returns 'missing', or version, creation time,
-- snapshot version and snapshot (both empty unless the log no longer reaches back), flat log entries.

-- include session.lua

local version = redis.call('HGET', session, 'version')
if not version then
  redis.call('ZREM', sessions, id)
  redis.call('HDEL', sizes, id)
  return 'missing'
end
keep()
local created = redis.call('HGET', session, 'createdAt')
local from = tonumber(known)
if from == tonumber(version) then return { version, created, '', '', {} } end
if from >= 0 and from < tonumber(version) then
  local entries = redis.call('XRANGE', log, after(from), '+')
  if #entries > 0 and entries[1][1] == after(from) then return { version, created, '', '', entries } end
end
local oldest = redis.call('HGET', session, 'snapshotVersion')
return { version, created, oldest, redis.call('GET', snapshot), redis.call('XRANGE', log, after(oldest), '+') }
