import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { jobIndexLua } from './job-index-lua.js';
import { indexPrefix, keys } from './keys.js';
import { runScript, script } from './scripts.js';

/**
 * All that is known of a job goes, however little of it can be read, and what its client's idempotency key stands for. KEYS: job,
 * events. ARGV: id. Returns 0 when the job has not ended, as when somebody has it run again.
 */
const forgetJobScript = script(`${jobIndexLua}
local function decoded(text)
  local read, value = pcall(cjson.decode, text or '')
  return read and type(value) == 'table' and value or {}
end
local fields = {}
if redis.call('TYPE', KEYS[1]).ok == 'hash' then
  fields = redis.call('HMGET', KEYS[1], 'state', 'idempotency', 'head', 'line')
end
local state, sent, head, line = fields[1], fields[2], decoded(fields[3]), decoded(fields[4])
if state and state ~= 'completed' and state ~= 'failed' and state ~= 'cancelled' then return 0 end
if sent then redis.call('DEL', sent, sent .. ':sent') end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('ZREM', '${keys.live}', ARGV[1])
redis.call('SREM', '${keys.unrecorded}', ARGV[1])
unindexJob(ARGV[1])
redis.call('ZREM', '${keys.jobs}', ARGV[1])
-- The turns of a submitter have their name; whoever has no other job needs none.
local submitter = head.submitter
if submitter and line.turns and redis.call('EXISTS', '${indexPrefix}submitter:' .. submitter) == 0 then
  redis.call('HDEL', line.turns, line.flow, 'came ' .. line.flow)
end
return 1
`);

/** Removes every trace of an ended job from Redis; false when it has not ended. Harmless when there is none. */
export async function forgetJob(redis: Redis, id: string): Promise<boolean> {
  const call = { keys: [keys.job(id), keys.events(id)], args: [id] };
  return (await guarded(runScript(redis, forgetJobScript, call))) === 1;
}
