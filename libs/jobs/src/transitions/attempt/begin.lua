-- A worker starts an attempt at a sub-job.

-- include begin-attempt.lua

return begin(id, subjob, generation, stage)
