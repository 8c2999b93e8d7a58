// Command attendance runs the attendance service on its own: serve, migrate,
// healthcheck, rotate or master-keys.
package main

import (
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/services/attendance"
)

func main() {
	process.Program[attendance.Settings]{
		Name: attendance.Name, Migrations: attendance.Migrations(), New: attendance.Start,
		Sealed: func(s attendance.Settings) process.Sealed { return attendance.Sealed(s.DataDir, s.MasterKeys) },
	}.Main()
}
