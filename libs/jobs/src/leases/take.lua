local present = redis.call('GET', lease)
if present and present ~= holder then return 0 end
redis.call('SET', lease, holder, 'PX', milliseconds)
return 1
