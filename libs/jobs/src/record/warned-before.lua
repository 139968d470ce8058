-- Warnings that a job has before it runs, see `JobHead`.
local function warnedBefore(text)
  return string.find(text, '"warnings":[', 1, true) and cjson.decode(text).warnings or {}
end
