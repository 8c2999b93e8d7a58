// Command dakoku is everything in one process: up, up --demo, migrate, rotate,
// verify, org create.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/run"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/system/internal/assembly"
)

const usage = `usage:
  dakoku up          start everything; at the first start print a one-time setup secret
  dakoku up --demo   the same with a stand-in for LINE WORKS, a demo company and a first punch
  dakoku migrate     bring the schemas of DAKOKU_DATABASE_URL up to date
  dakoku org create --name NAME --email ADDRESS --administrator NAME
                     make another company and print the one-time link for its administrator
  dakoku verify      check that nobody changed what was recorded; reads only
  dakoku rotate      replace the sealing keys while everything runs; may be ended at any moment and begun again
  dakoku master-keys new|add|promote|reduce
                     print keys for DAKOKU_MASTER_KEYS, where they are not kept in files
  dakoku spool import FILE...
                     give files that the spool put aside (*.segment.kept) to the door again
  dakoku certificates [--keep] DIRECTORY NAME:UID...
                     make a CA and give each process a directory with its own certificate; --keep renews them
  dakoku version     tell the version`

var version = "unknown" // set when building

func main() { run.Main("dakoku", command) }

func command(ctx context.Context) error {
	switch args := os.Args[1:]; {
	case equal(args, "up"):
		return up(ctx, false)
	case equal(args, "up", "--demo"):
		return up(ctx, true)
	case equal(args, "migrate"):
		return migrate(ctx)
	case equal(args, "verify"):
		return verify(ctx)
	case equal(args, "rotate"):
		return rotate(ctx)
	case len(args) > 1 && equal(args[:2], "org", "create"):
		return createOrganization(ctx, args[2:])
	case len(args) > 0 && args[0] == "master-keys":
		return process.MasterKeys(args[1:])
	case len(args) > 0 && args[0] == "spool":
		return spool(args[1:])
	case len(args) > 0 && args[0] == "certificates":
		return certificates(ctx, args[1:])
	case equal(args, "version"):
		fmt.Println(version)
		return nil
	case equal(args, "help"), equal(args, "--help"):
		fmt.Println(usage)
		return nil
	}
	fmt.Fprintln(os.Stderr, usage)
	return fmt.Errorf("unknown command %q", os.Args[1:])
}

func equal(args []string, want ...string) bool { return slices.Equal(args, want) }

func migrate(ctx context.Context) error {
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	if settings.DatabaseURL == "" {
		return errors.New("DAKOKU_DATABASE_URL is required; the private PostgreSQL is migrated by `dakoku up`")
	}
	return assembly.Migrate(ctx, settings.DatabaseURL)
}

func rotate(ctx context.Context) error {
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	return assembly.Rotate(ctx, settings, zap.NewNop(), process.SayOnTerminal)
}

func spool(words []string) error {
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	return gateway.SpoolCommand(settings.DataDir, settings.Spool, words, process.SayOnTerminal)
}
