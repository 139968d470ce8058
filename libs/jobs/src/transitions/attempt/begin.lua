-- A worker starts an attempt at a leg.

-- include begin-attempt.lua

return begin(id, leg, generation, stage)
