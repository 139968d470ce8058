-- Returns 'created', 'full', 'bytes' or 'bytesOfOne'.

-- include session.lua
-- include room.lua
-- include ../quotas/things.lua

forgetExpired()
if redis.call('ZCARD', sessions) >= tonumber(mostSessions) then return 'full' end
local excessive = excess(#text)
if excessive then return excessive end
local function live(of, by) return thingsOf(sessions, sessionPrefix, of, by) end
local refusal = overQuota(project, submitter ~= '' and submitter or nil, 'plans', 1, live)
if refusal then return refusal end
redis.call('HSET', sizes, id, #text)
redis.call('HSET', session, 'version', 0, 'createdAt', now, 'snapshotVersion', 0, 'snapshotBytes', #text,
  'logBytes', 0, 'about', about, 'project', project)
if submitter ~= '' then redis.call('HSET', session, 'submitter', submitter) end
redis.call('SET', snapshot, text)
keep()
return 'created'
