-- include job.lua
-- include events.lua

-- Adds to what the job is warned of, and tells what is new.
local function warn(text)
  if text == '' then return end
  local heard = cjson.decode(field('warnings') or '[]')
  local known = {}
  local function same(each) return table.concat({ each.code, each.step or '', each.path or '', each.message }, '\n') end
  for _, each in ipairs(heard) do known[same(each)] = true end
  for _, each in ipairs(cjson.decode(text)) do
    if not known[same(each)] and #heard < maxWarnings then
      known[same(each)] = true
      heard[#heard + 1] = each
      tell('warning', cjson.encode(each))
    end
  end
  if #heard > 0 then redis.call('HSET', job, 'warnings', cjson.encode(heard)) end
end
