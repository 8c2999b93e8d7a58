// Command simulator runs the LINE WORKS stand-in with its demo company.
//
// It knows flags, signals and where to put the credentials file; everything else
// is the library's.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/dakoku/dakoku/simulator"
)

func main() {
	address := flag.String("addr", "127.0.0.1:8090", "address to listen on")
	file := flag.String("credentials", defaultFile(), "file for the demo bot's credentials")
	callback := flag.String("callback", "", "callback URL of the demo bot; can be set on the page later")
	old := flag.Bool("old-bot", false, "the demo company also has a bot of API 1.0")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *address, *file, *callback, *old); err != nil {
		fmt.Fprintf(os.Stderr, "simulator: %v\n", err)
		os.Exit(1)
	}
}

// defaultFile lies in the user's own cache directory, where nobody else can
// have put a file before.
func defaultFile() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = "."
	}
	return filepath.Join(dir, "dakoku-simulator", "bot.json")
}

func run(ctx context.Context, address, file, callback string, old bool) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("-addr %s: %w", address, err)
	}
	sim := simulator.New(simulator.Config{})
	demo, err := simulator.Demo(sim)
	if err != nil {
		return err
	}
	credentials, err := sim.Credentials(demo.Bot.BotID)
	if err != nil {
		return err
	}
	if err := save(file, credentials); err != nil {
		return fmt.Errorf("-credentials %s: %w", file, err)
	}
	if callback != "" {
		if err := sim.SetCallback(demo.Bot.BotID, callback); err != nil {
			return err
		}
	}
	if old {
		if _, err := sim.NewBotV1(simulator.BotSpec{Domain: demo.Domain, Name: "打刻 (API 1.0)"}); err != nil {
			return err
		}
	}
	base := "http://" + listener.Addr().String()
	fmt.Printf("chat page     %s/\nauth host     %s\nAPI 2.0 host  %s\nAPI 1.0 host  %s\ncredentials   %s (bot %s)\n",
		base, base, base, base, file, demo.Bot.BotID)
	return sim.Run(ctx, listener)
}

// save writes the credentials so that only this user reads them.
func save(file string, credentials any) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(credentials, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Chmod(file, 0o600) // a file that was there keeps its mode otherwise
}
