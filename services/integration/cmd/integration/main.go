// Command integration runs the integration service on its own: serve, migrate or
// healthcheck.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/dakoku/dakoku/platform/run"
)

func main() {
	run.Main("integration", func(ctx context.Context) error {
		verb := "serve"
		if len(os.Args) > 1 {
			verb = os.Args[1]
		}
		switch {
		case len(os.Args) > 2:
		case verb == "serve":
			return serve(ctx)
		case verb == "migrate":
			return migrate(ctx)
		case verb == "healthcheck":
			return healthcheck(ctx)
		}
		return fmt.Errorf("unknown command %q; use serve, migrate or healthcheck", os.Args[1:])
	})
}
