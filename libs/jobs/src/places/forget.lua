-- Forgets a special queue, unless it was used again since it was seen.

if redis.call('ZSCORE', used, name) ~= seen then return 0 end
redis.call('ZREM', used, name)
redis.call('HDEL', queues, name)
redis.call('HDEL', owners, name)
redis.call('PUBLISH', channel, news)
return 1
