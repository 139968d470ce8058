-- A record begins with its version, see `versions.ts`. Whether that is a later one than is known here, which is left alone.
local function isLater(text, known)
  local version = text and string.match(text, '^{"v":(%d+)')
  return version and tonumber(version) > known
end
