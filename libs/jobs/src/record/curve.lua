-- include job.lua

-- Adds points [iteration, residual] to the curve of a job. Where blocks iterate beside each other, the foremost one counts;
-- an attempt that does again what was done gives the same values. Of a curve that is too long every second point goes.
local function extendCurve(points)
  local curve = cjson.decode(field('curve') or '[]')
  for _, point in ipairs(points) do
    if #curve == 0 or point[1] > curve[#curve][1] then table.insert(curve, point) end
  end
  while #curve > longestCurve do
    local thinned = {}
    for index, point in ipairs(curve) do
      if index % 2 == 1 or index == #curve then table.insert(thinned, point) end
    end
    curve = thinned
  end
  redis.call('HSET', job, 'curve', cjson.encode(curve))
end
