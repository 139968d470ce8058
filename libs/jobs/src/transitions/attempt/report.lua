-- A running attempt reports; what it does not report is ''. 'start' and 'length' are its stage's share of the whole job's
-- progress. Returns 0 when the attempt is no longer the one that counts and must stop.

-- include ../../record/curve.lua
-- include ../../record/warnings.lua

if not counts(subjob, attempt) then return 0 end
local block = blockOf(subjob)
if steps ~= '' then redis.call('HSET', job, block .. 'steps', steps) end
if log ~= '' then tell('log', log) end
warn(warnings)
if progress ~= '' then
  local said = cjson.decode(progress)
  redis.call('HSET', job, block .. 'fraction', said.fraction)
  local stage = string.match(subjob, '^(%d+)')
  local blocks = tonumber(field('blocks'))
  local sum = 0
  for index = 0, blocks - 1 do
    sum = sum + tonumber(field(blockOf(stage .. '.' .. index) .. 'fraction') or 0)
  end
  said.fraction = tonumber(start) + tonumber(length) * sum / blocks
  local text = cjson.encode(said)
  redis.call('HSET', job, 'progress', text)
  tell('progress', text)
end
if preview ~= '' then
  redis.call('HSET', job, 'preview', preview)
  tell('preview', preview)
end
if points ~= '' then extendCurve(cjson.decode(points)) end
if progress ~= '' or log ~= '' or preview ~= '' or warnings ~= '' then redis.call('PUBLISH', channel, id) end
return 1
