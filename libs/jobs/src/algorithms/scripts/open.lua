-- Returns the id that the key stands for, or 'full'.

-- include repeated-call.lua
-- include ../../quotas/things.lua

local before = known()
if before then return before end
if redis.call('ZCARD', algorithms) >= tonumber(mostAlgorithms) then return 'full' end
local made = cjson.decode(fields)
local owner, by = ownerIn(made.head)
local function open(of, submitter) return thingsOf(algorithms, algorithmPrefix, of, submitter) end
local refusal = overQuota(owner, by, 'algorithms', 1, open)
if refusal then return refusal end
remember(id)
for name, value in pairs(made) do redis.call('HSET', algorithm, name, value) end
redis.call('HSET', algorithm, 'state', 'building', 'put', 0, 'moves', 0, 'usedAt', created)
redis.call('ZADD', algorithms, created, id)
redis.call('SADD', builds, id)
return id
