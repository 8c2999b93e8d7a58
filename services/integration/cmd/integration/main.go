// Command integration runs the integration service on its own: serve, migrate,
// healthcheck, rotate or master-keys.
package main

import (
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/services/integration"
)

func main() {
	process.Program[integration.Settings]{
		Name: integration.Name, Migrations: integration.Migrations(), New: integration.Start,
		Sealed: func(s integration.Settings) process.Sealed { return integration.Sealed(s.DataDir, s.MasterKeys) },
	}.Main()
}
