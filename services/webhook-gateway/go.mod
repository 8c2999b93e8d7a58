module github.com/dakoku/dakoku/services/webhook-gateway

go 1.26.0

require github.com/dakoku/dakoku/platform v0.0.0
require github.com/dakoku/dakoku/proto/gen v0.0.0

replace github.com/dakoku/dakoku/platform => ../../platform
replace github.com/dakoku/dakoku/proto/gen => ../../proto/gen
