package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
	"github.com/dakoku/dakoku/system/internal/assembly"
	"github.com/dakoku/dakoku/system/internal/demo"
)

// show is the demo: a stand-in for LINE WORKS with a small company.
type show struct {
	simulator *simulator.Simulator
	world     simulator.DemoWorld
	listener  net.Listener
}

// openShow makes the stand-in and points the settings at it.
func openShow(ctx context.Context, settings *assembly.Settings) (*show, error) {
	lis, err := new(net.ListenConfig).Listen(ctx, "tcp", settings.ChatAddr)
	if err != nil {
		return nil, fmt.Errorf("DAKOKU_CHAT_ADDR=%s: %w; choose another address or end the program that uses it", settings.ChatAddr, err)
	}
	s := &show{simulator: simulator.New(simulator.Config{}), listener: lis}
	if s.world, err = simulator.Demo(s.simulator); err != nil {
		return nil, err
	}
	base := "http://" + reachable(lis.Addr())
	settings.AuthURL, settings.APIURL, settings.APIV1URL = base, base, base
	return s, nil
}

func (s *show) run(ctx context.Context) error { return s.simulator.Run(ctx, s.listener) }

// perform prepares the demo company and shows a punch.
func (s *show) perform(ctx context.Context, all *assembly.Assembly, secret config.Secret, dataDir string) error {
	d := &demo.Demo{
		Admin: adminapi.New("http://" + reachable(all.AdminAddr())), Simulator: s.simulator, World: s.world,
		SetupSecret: secret.Reveal(), DataDir: dataDir, Out: os.Stdout,
	}
	if err := d.Prepare(ctx); err != nil {
		return err
	}
	punch, err := d.FirstPunch(ctx)
	if err != nil {
		return fmt.Errorf("demo, first punch: %w", err)
	}
	fmt.Printf(`
  %s            「%s」
  結果   outcome      %s %s
  返信   reply        %s
  保存先 stored       %s in attendance.punches of %s

  チャット画面 chat page   http://%s/
  ログイン     log in      %s / %s
`, punch.Person, punch.Message, punch.Event.Outcome, punch.Event.Reason, punch.Reply, punch.Event.Punch,
		all.Database(), reachable(s.listener.Addr()), d.Email(), d.Password())
	return nil
}

// reachable is the address to put into a URL for somebody on this machine.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
