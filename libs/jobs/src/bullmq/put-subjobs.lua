-- Puts the blocks of a stage on a queue as `Queue.add` of BullMQ does, so that a script can do it together with what it
-- writes down: both happen or neither, and in one round trip. 'queue': what its keys begin with.
local function putSubjobs(queue, subjob, priority, at)
  local keys = { 'marker', 'meta', 'id', 'prioritized', 'delayed', 'completed', 'active', 'events', 'pc' }
  for index, name in ipairs(keys) do keys[index] = queue .. name end
  for block = 0, subjob.blocks - 1 do
    local name = string.format('%s.%d.%d.%d', subjob.job, subjob.stage, block, subjob.generation)
    local data = string.format('{"job":"%s","generation":%d,"stage":%d,"block":%d}', subjob.job, subjob.generation, subjob.stage,
      block)
    local options = { attempts = 0, jobId = name, priority = priority, removeOnComplete = true, removeOnFail = true }
    addPrioritizedJob(keys, { cmsgpack.pack({ queue, name, queueEntryName, at }), data, cmsgpack.pack(options) })
  end
end
