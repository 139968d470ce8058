-- include let-go.lua

return letGo()
