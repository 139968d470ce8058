-- A job ends, once. 'subjob' is '' when it ends whatever runs. The warnings of a completed job are all that it has. 'rest' has
-- further fields and their values by turns. Returns all fields of the job, or 'stale' (another attempt has taken over),
-- 'missing', or the state in which the job had ended before.

-- include ../../index/sets.lua
-- include ../../line/line.lua
-- include ../../record/warnings.lua

local before = field('state')
if not before then return 'missing' end
if isEnded(before) then return before end
if subjob ~= '' then
  local block = blockOf(subjob)
  if field(block .. 'attempt') ~= attempt then return 'stale' end
  redis.call('HSET', job, block .. 'state', state)
  if steps ~= '' then redis.call('HSET', job, block .. 'steps', steps) end
end
indexState(id, before, state)
redis.call('HSET', job, 'state', state, 'finishedAt', finishedAt, unpack(rest))
warn(warnings)
-- What a lost attempt was warned of and no other is not of this image.
if state == 'completed' then
  if warnings == '' then redis.call('HDEL', job, 'warnings') else redis.call('HSET', job, 'warnings', warnings) end
end
leaveLine(id)
redis.call('ZREM', live, id)
redis.call('SADD', unrecorded, id)
tellState(state, field('attempt'))
tell('result', cjson.encode({ state = state }))
redis.call('EXPIRE', job, keptSeconds)
redis.call('EXPIRE', events, keptSeconds)
redis.call('PUBLISH', channel, news)
-- Only then may others be running a part of it.
if subjob == '' or field('blocks') ~= '1' then redis.call('PUBLISH', workerChannel, id) end
return redis.call('HGETALL', job)
