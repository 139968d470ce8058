import { script } from './scripts.js';

/**
 * A sweep is accepted: from now on its jobs are owed. KEYS: sweep, its jobs, sweeps, unsettled, idempotency or the sweep
 * again. ARGV: id, now, head, items, life of the idempotency key in seconds. Returns the id that the key stands for.
 */
export const createSweepScript = script(`
if KEYS[5] ~= KEYS[1] then
  local known = redis.call('GET', KEYS[5])
  if known then return known end
  redis.call('SET', KEYS[5], ARGV[1], 'EX', ARGV[5])
end
redis.call('HSET', KEYS[1], 'head', ARGV[3], 'items', ARGV[4])
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[2], ARGV[1])
return ARGV[1]
`);
