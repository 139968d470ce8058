-- Returns the keys that were forgotten.

-- include make-room.lua

return makeRoom({})
