-- What the call with this key has done before. A key that is the algorithm's own stands for none.
local function known() return idempotency ~= algorithm and redis.call('GET', idempotency) end

local function remember(answer)
  if idempotency ~= algorithm then redis.call('SET', idempotency, answer, 'EX', idempotencySeconds) end
end
