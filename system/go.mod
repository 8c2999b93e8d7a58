module github.com/dakoku/dakoku/system

go 1.26.0

require github.com/dakoku/dakoku/platform v0.0.0
require github.com/dakoku/dakoku/proto/gen v0.0.0
require github.com/dakoku/dakoku/simulator v0.0.0
require github.com/dakoku/dakoku/services/integration v0.0.0
require github.com/dakoku/dakoku/services/attendance v0.0.0
require github.com/dakoku/dakoku/services/webhook-gateway v0.0.0

replace github.com/dakoku/dakoku/platform => ../platform
replace github.com/dakoku/dakoku/proto/gen => ../proto/gen
replace github.com/dakoku/dakoku/simulator => ../simulator
replace github.com/dakoku/dakoku/services/integration => ../services/integration
replace github.com/dakoku/dakoku/services/attendance => ../services/attendance
replace github.com/dakoku/dakoku/services/webhook-gateway => ../services/webhook-gateway
