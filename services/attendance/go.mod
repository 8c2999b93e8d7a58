module github.com/dakoku/dakoku/services/attendance

go 1.26.0

require github.com/dakoku/dakoku/platform v0.0.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/rivo/uniseg v0.4.7
	golang.org/x/text v0.43.0
	pgregory.net/rapid v1.3.0
)

replace github.com/dakoku/dakoku/platform => ../../platform

replace github.com/dakoku/dakoku/proto/gen => ../../proto/gen
