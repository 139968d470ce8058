-- An open upload begins or grows, unless there would be too many or too much of them. Counting and noting are one step, so that
-- many at once get no more than one after the other. 'arrived' is '' for a new upload, else the bytes that it will have;
-- 'submitter' and 'length' (or '') are those of a new one. Returns 'begun' or the limit.

-- include ../redis/server-time.lua
-- include ../quotas/quota.lua

local mine = { by = submitter, at = now, length = tonumber(length) }
if arrived ~= '' then
  local read, upload = pcall(cjson.decode, redis.call('HGET', uploads, id) or '')
  if not read or type(upload) ~= 'table' then return 'begun' end
  mine = upload
  mine.arrived = math.max(tonumber(mine.arrived) or 0, tonumber(arrived))
end
local function sizeOf(upload) return math.max(tonumber(upload.length) or 0, tonumber(upload.arrived) or 0) end
local all = redis.call('HGETALL', uploads)
local own, count, ownBytes, bytes = 1, 1, sizeOf(mine), sizeOf(mine)
for i = 1, #all, 2 do
  local read, upload = pcall(cjson.decode, all[i + 1])
  if not read or type(upload) ~= 'table' or not tonumber(upload.at) or upload.at < now - forgottenMs then
    redis.call('HDEL', uploads, all[i])
  elseif all[i] ~= id then
    count = count + 1
    bytes = bytes + sizeOf(upload)
    if upload.by == mine.by then
      own = own + 1
      ownBytes = ownBytes + sizeOf(upload)
    end
  end
end
if arrived == '' then
  if own > tonumber(mostOfOne) then return 'ofOne' end
  if count > tonumber(mostInAll) then return 'inAll' end
end
if bytes > tonumber(mostBytes) then return 'bytes' end
if ownBytes > tonumber(mostBytesOfOne) then return 'bytesOfOne' end
local owner, by = string.match(tostring(mine.by), '^(%S+) (.*)$')
if not owner then owner, by = defaultProject, tostring(mine.by) end
if quotasOf(owner) then
  -- What the upload had before is not there twice.
  local before = redis.call('HGET', uploads, id)
  redis.call('HDEL', uploads, id)
  local function held(of)
    local _, coming = uploadsOf(of)
    return used.storedBytes(of) + coming
  end
  local refusal = arrived == '' and overQuota(owner, by, 'uploads', 1)
    or overQuota(owner, by, 'uploadBytes', sizeOf(mine))
    or overQuota(owner, nil, 'storedBytes', math.max(some, sizeOf(mine)), held)
  if refusal then
    if before then redis.call('HSET', uploads, id, before) end
    return refusal
  end
end
redis.call('HSET', uploads, id, cjson.encode(mine))
return 'begun'
