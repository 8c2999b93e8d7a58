// Command admin-gateway runs the admin door on its own: serve, migrate,
// healthcheck, rotate or master-keys.
package main

import (
	"context"
	"fmt"
	_ "time/tzdata" // time zones of companies, also in an image without files

	"github.com/dakoku/dakoku/platform/process"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

func main() {
	process.Program[gateway.AdminSettings]{
		Name: gateway.AdminName, Migrations: gateway.IdentityMigrations(), New: start,
		Sealed: func(s gateway.AdminSettings) process.Sealed { return gateway.IdentitySealed(s.DataDir, s.MasterKeys) },
	}.Main()
}

// start builds the door and prints the setup secret for the person who
// installs; the log never sees it.
func start(ctx context.Context, s gateway.AdminSettings, given process.Given) (process.Service, error) {
	door, err := gateway.StartAdmin(ctx, s, given)
	if err != nil {
		return nil, err
	}
	if secret, file := door.SetupSecret(); secret != "" {
		fmt.Printf("One-time setup secret (also in %s): %s\n", file, secret.Reveal())
	}
	return door, nil
}
