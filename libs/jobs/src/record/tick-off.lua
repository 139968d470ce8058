-- The job's record is in the store. Counts only what it has ticked off itself; 'rest' has fields and increments by turns.

if redis.call('SREM', unrecorded, id) == 0 then return 0 end
if seconds ~= '' then
  redis.call('LPUSH', recent, seconds)
  redis.call('LTRIM', recent, 0, mostRecent - 1)
end
for i = 1, #rest, 2 do redis.call('HINCRBYFLOAT', endedJobs, rest[i], rest[i + 1]) end
return 1
