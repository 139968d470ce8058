-- A job whose hash has expired leaves the index.

-- include sets.lua

if redis.call('EXISTS', job) == 1 then return 0 end
unindexJob(id)
return redis.call('ZREM', jobsKey, id)
