-- A job that has ended and of which nothing but its record is known comes back into the index.

-- include sets.lua

if redis.call('EXISTS', job) == 1 then return 0 end
redis.call('ZADD', jobsKey, created, id)
indexJob(id, created, cjson.decode(head), state)
return 1
