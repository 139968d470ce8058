/** Points that the curve of a job's residual has at most. */
const longestCurve = 256;

/**
 * Adds points [iteration, residual] to the curve of a job. Where blocks iterate beside each other, the foremost one counts;
 * an attempt that does again what was done gives the same values. Of a curve that is too long every second point goes.
 */
export const curveLua = `
local function extendCurve(points)
  local curve = cjson.decode(redis.call('HGET', KEYS[1], 'curve') or '[]')
  for _, point in ipairs(points) do
    if #curve == 0 or point[1] > curve[#curve][1] then table.insert(curve, point) end
  end
  while #curve > ${longestCurve} do
    local thinned = {}
    for index, point in ipairs(curve) do
      if index % 2 == 1 or index == #curve then table.insert(thinned, point) end
    end
    curve = thinned
  end
  redis.call('HSET', KEYS[1], 'curve', cjson.encode(curve))
end
`;
