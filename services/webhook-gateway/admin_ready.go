package gateway

import (
	"context"
	"fmt"
)

// Ready runs every check of Checks and names the first that fails.
func (a *Admin) Ready(ctx context.Context) error {
	for name, check := range a.Checks() {
		if err := check(ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Close releases an admin door that will not run.
func (a *Admin) Close() { _ = a.close() }
