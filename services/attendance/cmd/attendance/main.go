// Command attendance runs the attendance service on its own: serve, migrate or healthcheck.
package main

import (
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/services/attendance"
)

func main() {
	process.Program[attendance.Settings]{
		Name: attendance.Name, Migrations: attendance.Migrations(), New: attendance.Start,
	}.Main()
}
