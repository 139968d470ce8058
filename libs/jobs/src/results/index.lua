-- The index of kept results lies under one prefix, whose hash tag keeps it together on a cluster:
--   entry:<key>   hash: a kept result; the files lie in the artifact store
--   slot:<slot>   sorted set: kept results of one step and input by last use
--   family:<name> set: kept results of one step and its parameters, whatever the input
--   used          sorted set: all kept results by last use
--   bytes         sum of the sizes of all kept results
--   lease:<key>   who computes the result now; expires unless it is renewed
--   gone:<key>    why a result that was kept is no longer there; expires

local function entryOf(key) return prefix .. 'entry:' .. key end

local function leaseOf(key) return prefix .. 'lease:' .. key end
