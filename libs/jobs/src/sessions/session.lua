-- A plan session is a hash, a log of changes and a snapshot. Versions are ids of the log's stream: version 7 is 7-0.

local function keep()
  for _, key in ipairs({ session, log, snapshot }) do redis.call('PEXPIRE', key, keptMs) end
  redis.call('ZADD', sessions, now + keptMs, id)
end

local function after(version) return string.format('%d-0', version + 1) end
