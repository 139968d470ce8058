-- How much a project, or a submitter in it ('' for all), has of everything. Returns names and numbers by turns.

-- include things.lua

local by = submitter ~= '' and submitter or nil
local answer = {}
local function add(name, number)
  answer[#answer + 1] = name
  answer[#answer + 1] = string.format('%.3f', number)
end
for _, name in ipairs({ 'waiting', 'secondsPerDay', 'uploads', 'uploadBytes' }) do
  add(name, used[name](project, by))
end
add('running', jobsIn('active', project, by))
if not by and redis.call('HEXISTS', storedBytesKey, '*') == 1 then add('storedBytes', used.storedBytes(project)) end
for name, pair in pairs({ plans = { sessions, sessionPrefix }, algorithms = { algorithms, algorithmPrefix } }) do
  add(name, thingsOf(pair[1], pair[2], project, by))
end
return answer
