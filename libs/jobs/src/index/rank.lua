-- How many of a set come before what follows the cursor, which need not be in it.

local rank = redis.call('ZREVRANK', set, cursor)
if rank then return rank + 1 end
local at = redis.call('ZSCORE', jobs, cursor)
if not at then return 0 end
redis.call('ZADD', set, at, cursor)
rank = redis.call('ZREVRANK', set, cursor)
redis.call('ZREM', set, cursor)
return rank
