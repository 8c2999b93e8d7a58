package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
	"github.com/dakoku/dakoku/system/internal/demo"
	"github.com/dakoku/dakoku/system/internal/loopback"
)

// site is an installation of real programs on a PostgreSQL of its own, the plain peer on the same server, and a stand-in
// for LINE WORKS, which is in our own process: its rate limit lets through a handful of messages a second.
type site struct {
	dir       string
	bin       string
	count     bool // statements are counted
	server    *embedded.Server
	url       string    // of the database
	sql       *pgx.Conn // the owner's, for counting and filling
	programs  []*program
	peer      *program
	admin     string // base URL
	public    string // base URL
	peerURL   string // of its callback
	peerKey   string // what its callbacks are signed with
	lineWorks *simulator.Simulator
	world     simulator.DemoWorld
	callback  string // URL
	tenant    string
	people    []string // userIds
	next      int64    // number of the next event of Dakoku
	nextPeer  int64    // number of the next event of the peer
	stopWorld context.CancelFunc
}

// programNames are the programs of an installation, in the order of the path of a punch.
var programNames = []string{"webhook-gateway", "integration", "attendance", "admin-gateway"}

// open starts everything and fills in the people.
func open(ctx context.Context, o options, out io.Writer) (*site, error) {
	bin, err := filepath.Abs(o.bin)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dakoku-bench-")
	if err != nil {
		return nil, err
	}
	s := &site{dir: dir, bin: bin, count: o.count}
	fmt.Fprintln(out, "preparing ...")
	for _, step := range []func(context.Context) error{s.startServer, s.startPrograms, s.company, s.startPeer} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
		}
	}
	if err := s.hire(ctx, o.people); err != nil {
		return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return s, s.rest(ctx)
}

func (s *site) startServer(ctx context.Context) (err error) {
	settings := map[string]string{"max_connections": "200"}
	if s.count {
		maps.Copy(settings, statementSettings)
	}
	s.server, err = embedded.Start(ctx, embedded.Config{Dir: filepath.Join(s.dir, "database"), Settings: settings})
	if err != nil {
		return err
	}
	s.url = s.server.URL().Reveal()
	s.sql, err = pgx.Connect(ctx, s.url)
	return err
}

// ledgerSize is how many calls the stand-in remembers: more than the longest part lets the product make.
const ledgerSize = 1 << 20

// simulate starts the stand-in for LINE WORKS and gives its base URL.
func (s *site) simulate(ctx context.Context) (string, error) {
	s.lineWorks = simulator.New(simulator.Config{LedgerSize: ledgerSize})
	lis, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stopWorld = stop
	go func() { _ = s.lineWorks.Run(alive, lis) }()
	s.world, err = simulator.Demo(s.lineWorks)
	return "http://" + lis.Addr().String(), err
}

// startPrograms migrates and starts the four programs.
func (s *site) startPrograms(ctx context.Context) error {
	var addr [9]string
	for i := range addr {
		var err error
		if addr[i], err = loopback.Free(); err != nil {
			return err
		}
	}
	s.public, s.admin = "http://"+addr[0], "http://"+addr[1]
	env := []string{
		"DAKOKU_DATA_DIR=" + filepath.Join(s.dir, "data"), "DAKOKU_DATABASE_URL=" + s.url,
		"DAKOKU_INTEGRATION_ADDR=" + addr[3], "DAKOKU_ATTENDANCE_ADDR=" + addr[4], "DAKOKU_STOP_DELAY=0s",
	}
	own := map[string][]string{
		"webhook-gateway": {"DAKOKU_PUBLIC_ADDR=" + addr[0], "DAKOKU_LISTEN_ADDR=" + addr[2], "DAKOKU_DEBUG_ADDR=" + addr[5]},
		"integration":     {"DAKOKU_LISTEN_ADDR=" + addr[3], "DAKOKU_DEBUG_ADDR=" + addr[6], "DAKOKU_PUBLIC_URL=" + s.public},
		"attendance":      {"DAKOKU_LISTEN_ADDR=" + addr[4], "DAKOKU_DEBUG_ADDR=" + addr[7]},
		"admin-gateway":   {"DAKOKU_ADMIN_ADDR=" + addr[1], "DAKOKU_GATEWAY_ADDR=" + addr[2], "DAKOKU_DEBUG_ADDR=" + addr[8]},
	}
	base, err := s.simulate(ctx)
	if err != nil {
		return err
	}
	for _, host := range []string{"AUTH", "API", "API_V1"} {
		own["integration"] = append(own["integration"], "DAKOKU_LINEWORKS_"+host+"_URL="+base)
	}
	for _, name := range programNames {
		if err := s.startProgram(ctx, name, allowed(name, append(own[name], env...))); err != nil {
			return err
		}
	}
	doors := map[string]int{s.admin + "/v1/session": http.StatusUnauthorized, s.public + "/v1/lineworks/attendance/x": http.StatusMethodNotAllowed}
	for url, status := range doors {
		if err := s.programs[0].ready(ctx, url, status); err != nil {
			return err
		}
	}
	return s.demo(ctx)
}

// allowed leaves out the addresses that a program does not ask for: an unknown setting is an error.
func allowed(name string, env []string) []string {
	var kept []string
	for _, entry := range env {
		unknown := name == "attendance" && (strings.HasPrefix(entry, "DAKOKU_INTEGRATION_") || strings.HasPrefix(entry, "DAKOKU_ATTENDANCE_")) ||
			name == "integration" && strings.HasPrefix(entry, "DAKOKU_INTEGRATION_")
		if !unknown {
			kept = append(kept, entry)
		}
	}
	return kept
}

func (s *site) startProgram(ctx context.Context, name string, env []string) error {
	path, log := filepath.Join(s.bin, name), filepath.Join(s.dir, name+".log")
	migrate := exec.CommandContext(ctx, path, "migrate")
	migrate.Env = append(withoutOurs(os.Environ()), env...)
	if said, err := migrate.CombinedOutput(); err != nil {
		return fmt.Errorf("%s migrate: %w: %s", name, err, said)
	}
	p, err := start(ctx, name, path, log, []string{"serve"}, env...)
	if err != nil {
		return err
	}
	for _, entry := range env {
		if addr, is := strings.CutPrefix(entry, "DAKOKU_DEBUG_ADDR="); is {
			p.debug = addr
		}
	}
	s.programs = append(s.programs, p)
	return nil
}

// demo sets the demo company up by the public doors, as any customer would.
func (s *site) demo(ctx context.Context) error {
	secret, err := os.ReadFile(filepath.Join(s.dir, "data", "setup-secret"))
	if err != nil {
		return err
	}
	api := adminapi.New(s.admin)
	d := &demo.Demo{Admin: api, Simulator: s.lineWorks, World: s.world, SetupSecret: strings.TrimSpace(string(secret)), DataDir: s.dir, Out: io.Discard}
	if err := d.Prepare(ctx); err != nil {
		return err
	}
	if _, err := d.FirstPunch(ctx); err != nil {
		return err
	}
	var connections struct {
		Connections []struct{ Name string }
	}
	if err := api.Get(ctx, "/v1/connections", &connections); err != nil {
		return err
	}
	var tokens struct {
		Tokens []struct{ CallbackURL string }
	}
	if err := api.Get(ctx, "/v1/"+connections.Connections[0].Name+"/tokens", &tokens); err != nil {
		return err
	}
	s.callback = tokens.Tokens[0].CallbackURL
	return nil
}

// close ends everything and removes it.
func (s *site) close(ctx context.Context) error {
	for _, p := range append(s.programs, s.peer) {
		if p != nil {
			p.stop()
		}
	}
	if s.stopWorld != nil {
		s.stopWorld()
	}
	if s.sql != nil {
		_ = s.sql.Close(ctx)
	}
	if s.server == nil {
		return os.RemoveAll(s.dir)
	}
	s.server.Stop()
	data := filepath.Dir(s.server.Dir()) // elsewhere when the server's user cannot reach our directory: nobody else would remove it
	return errors.Join(os.RemoveAll(data), os.RemoveAll(s.dir))
}
