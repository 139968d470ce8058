if redis.call('GET', lease) == holder then return redis.call('DEL', lease) end
return 0
