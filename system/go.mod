module github.com/dakoku/dakoku/system

go 1.26.0

require github.com/dakoku/dakoku/platform v0.0.0

require github.com/dakoku/dakoku/proto/gen v0.0.0

require github.com/dakoku/dakoku/simulator v0.0.0

require github.com/dakoku/dakoku/services/integration v0.0.0

require github.com/dakoku/dakoku/services/attendance v0.0.0

require github.com/dakoku/dakoku/services/webhook-gateway v0.0.0

require (
	github.com/grpc-ecosystem/grpc-gateway/v2 v2.33.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/pgx/v5 v5.12.0 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	go.uber.org/zap v1.28.0 // indirect
	golang.org/x/net v0.61.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20261026165753-2ffab32bce7e // indirect
	google.golang.org/grpc v1.85.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/dakoku/dakoku/platform => ../platform

replace github.com/dakoku/dakoku/proto/gen => ../proto/gen

replace github.com/dakoku/dakoku/simulator => ../simulator

replace github.com/dakoku/dakoku/services/integration => ../services/integration

replace github.com/dakoku/dakoku/services/attendance => ../services/attendance

replace github.com/dakoku/dakoku/services/webhook-gateway => ../services/webhook-gateway
