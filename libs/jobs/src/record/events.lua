-- What happens to a job goes into the stream 'events', for those who watch it.

local function tell(kind, data)
  redis.call('XADD', events, 'MAXLEN', '~', 1000, '*', 'type', kind, 'data', data)
end

local function tellState(state, attempt)
  tell('state', cjson.encode({ state = state, attempt = tonumber(attempt) }))
end
