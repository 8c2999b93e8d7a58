// Command webhook-gateway runs the public door on its own: serve, migrate,
// healthcheck, rotate, master-keys or spool import.
package main

import (
	"context"

	"github.com/dakoku/dakoku/platform/process"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

func main() {
	process.Program[gateway.PublicSettings]{
		Name: gateway.PublicName, Migrations: gateway.InboxMigrations(),
		DatabaseMayBeAway: true,
		Commands: map[string]func(gateway.PublicSettings, []string) error{
			"spool": func(s gateway.PublicSettings, words []string) error {
				return gateway.SpoolCommand(s.DataDir, s.Spool, words, process.SayOnTerminal)
			},
		},
		Sealed: func(s gateway.PublicSettings) process.Sealed { return gateway.Sealed(s.DataDir, s.MasterKeys) },
		New: func(ctx context.Context, s gateway.PublicSettings, given process.Given) (process.Service, error) {
			return gateway.StartPublic(ctx, s, given)
		},
	}.Main()
}
