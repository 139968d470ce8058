import { jobStates } from '@rondel/contracts';
import { indexPrefix, keys } from './keys.js';

/**
 * What lists of jobs are filtered by, as sorted sets of job ids by the time at which the jobs were created, like that of all
 * jobs: one for each state, pool, submitter, label, value of a label and job that was run again. The scripts that change a job change them with it.
 */
export const jobIndexLua = `
local function indexNames(head)
  local names = { 'pool:' .. head.pool }
  if head.submitter then names[#names + 1] = 'submitter:' .. head.submitter end
  if head.rerunOf then names[#names + 1] = 'rerunOf:' .. head.rerunOf end
  for label, value in pairs(head.labels or {}) do
    names[#names + 1] = 'label:' .. label
    names[#names + 1] = 'label:' .. label .. '=' .. value
  end
  return names
end
-- 'created': its score in the set of all jobs.
local function indexJob(id, created, head, state)
  local names = indexNames(head)
  for _, name in ipairs(names) do redis.call('ZADD', '${indexPrefix}' .. name, created, id) end
  redis.call('ZADD', '${indexPrefix}state:' .. state, created, id)
  redis.call('HSET', '${keys.indexed}', id, cjson.encode(names))
end
-- A job goes from one state to another.
local function indexState(id, before, after)
  if before == after then return end
  local created = redis.call('ZSCORE', '${keys.jobs}', id)
  if not created then return end
  redis.call('ZREM', '${indexPrefix}state:' .. before, id)
  redis.call('ZADD', '${indexPrefix}state:' .. after, created, id)
end
-- Of a job that is gone, however much of it was known.
local function unindexJob(id)
  local read, names = pcall(cjson.decode, redis.call('HGET', '${keys.indexed}', id) or '[]')
  if not read or type(names) ~= 'table' then names = {} end
  for _, name in ipairs(names) do redis.call('ZREM', '${indexPrefix}' .. name, id) end
  for _, state in ipairs({ ${jobStates.map((state) => `'${state}'`).join(', ')} }) do
    redis.call('ZREM', '${indexPrefix}state:' .. state, id)
  end
  redis.call('HDEL', '${keys.indexed}', id)
end
`;
