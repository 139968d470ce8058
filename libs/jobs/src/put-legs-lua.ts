import { createRequire } from 'node:module';

/** BullMQ's own script behind `Queue.add` for jobs with a priority. */
const { addPrioritizedJob } = createRequire(import.meta.url)('bullmq/dist/cjs/scripts/addPrioritizedJob-9.js') as {
  readonly addPrioritizedJob: { readonly content: string };
};

/** What a leg on its queue is called, and what is kept of it when it is done with: nothing. */
export const legJobName = 'leg';
export const keptOfLegs = { removeOnComplete: true, removeOnFail: true };

/**
 * Puts the blocks of a stage on a queue as `Queue.add` does (`legs.ts`), so that a script can do it together with what it
 * writes down: both happen or neither, and in one round trip. A test compares what both leave.
 */
export const putLegsLua = `
local function addPrioritizedJob(KEYS, ARGV)
${addPrioritizedJob.content}
end
-- 'queue': what its keys begin with.
local function putLegs(queue, leg, priority, now)
  local keys = { 'marker', 'meta', 'id', 'prioritized', 'delayed', 'completed', 'active', 'events', 'pc' }
  for index, name in ipairs(keys) do keys[index] = queue .. name end
  for block = 0, leg.blocks - 1 do
    local id = string.format('%s.%d.%d.%d', leg.job, leg.stage, block, leg.generation)
    local data = string.format('{"job":"%s","generation":%d,"stage":%d,"block":%d}', leg.job, leg.generation, leg.stage,
      block)
    local options = { attempts = 0, jobId = id, priority = priority,
      removeOnComplete = ${keptOfLegs.removeOnComplete}, removeOnFail = ${keptOfLegs.removeOnFail} }
    addPrioritizedJob(keys, { cmsgpack.pack({ queue, id, '${legJobName}', now }), data, cmsgpack.pack(options) })
  end
end
`;
