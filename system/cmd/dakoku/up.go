package main

import (
	"context"
	"fmt"
	"os"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/zaplog"
	"github.com/dakoku/dakoku/system/internal/assembly"
)

// up starts everything and stays until told to stop.
func up(ctx context.Context, withDemo bool) error {
	var settings assembly.Settings
	if err := config.Load(&settings); err != nil {
		return err
	}
	log, err := zaplog.New(zaplog.Config{Level: settings.LogLevel, Format: settings.LogFormat})
	if err != nil {
		return fmt.Errorf("DAKOKU_LOG_LEVEL, DAKOKU_LOG_FORMAT: %w", err)
	}
	group := run.Group{Log: log}
	var show *show
	if withDemo {
		if show, err = openShow(ctx, &settings); err != nil {
			return err
		}
		group.Add("chat page", show.run)
	}
	fmt.Println("Dakoku 打刻 を起動しています。 Starting ...")
	all, err := assembly.New(ctx, settings, log, os.Stdout)
	if err != nil {
		return err
	}
	group.Add("dakoku", all.Run)
	group.Add("welcome", func(ctx context.Context) error { return welcome(ctx, all, show, settings) })
	return group.Run(ctx)
}

// welcome performs the demo, says where everything is, and waits for the end.
func welcome(ctx context.Context, all *assembly.Assembly, show *show, settings assembly.Settings) error {
	secret, file := all.SetupSecret()
	if show != nil {
		if settings.SetupSecret != "" {
			secret = settings.SetupSecret
		}
		if err := show.perform(ctx, all, secret, settings.DataDir); err != nil {
			return err
		}
	}
	fmt.Printf("  管理画面     console     http://%s/  (REST reference at /docs)\n", reachable(all.AdminAddr()))
	fmt.Printf("  コールバック public door http://%s/v1/lineworks/attendance/{token}\n", reachable(all.PublicAddr()))
	fmt.Printf("  状態         health      http://%s/readyz\n", all.DebugAddr())
	if show == nil && secret != "" {
		fmt.Printf("\n  セットアップ用の秘密(24時間以内に一度だけ使えます) one-time setup secret for 24 hours, also in %s:\n  %s\n", file, secret.Reveal())
		fmt.Println("  管理画面を開いて最初の管理者を登録します。 Open the console and make the first administrator with it.")
	}
	fmt.Println("\n準備ができました。Ctrl-C で止まります。 Ready. Stop with Ctrl-C.")
	<-ctx.Done()
	return nil
}
