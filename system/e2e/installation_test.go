package e2e

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/embedded"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
	"github.com/dakoku/dakoku/system/internal/demo"
)

// installation is a running Dakoku with a LINE WORKS of its own beside it. Its
// processes are the real programs; only the platform is a stand-in.
type installation struct {
	t         *testing.T
	dir       string // data directory
	database  string // connection string
	public    string // base URL of the public door
	admin     string // base URL of the admin door
	simulator *simulator.Simulator
	platform  string // base URL of the simulator
	processes map[string]*process
}

// prepare makes everything but the processes.
func prepare(t *testing.T) *installation {
	t.Helper()
	i := &installation{t: t, dir: t.TempDir(), processes: map[string]*process{}}
	server, err := embedded.Start(t.Context(), embedded.Config{Dir: filepath.Join(i.dir, "database")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	i.database = server.URL().Reveal()
	i.simulate()
	return i
}

// simulate starts a LINE WORKS with a demo company on a loopback port.
func (i *installation) simulate() {
	i.t.Helper()
	i.simulator = simulator.New(simulator.Config{RatePerMinute: -1})
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		i.t.Fatal(err)
	}
	i.platform = "http://" + lis.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- i.simulator.Run(ctx, lis) }()
	i.t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			i.t.Error(err)
		}
	})
}

// add registers a program without starting it.
func (i *installation) add(pkg string, args []string, env ...string) {
	i.t.Helper()
	name := filepath.Base(pkg)
	p := &process{t: i.t, path: program(i.t, pkg), args: args, env: env, log: filepath.Join(i.dir, name+".log")}
	i.processes[name] = p
	i.t.Cleanup(func() {
		if p.cmd != nil && p.running() {
			p.stop()
		}
		showLog(i.t, name, p.log)
	})
}

// platformEnv points a program at the simulator.
func (i *installation) platformEnv() []string {
	return []string{
		"DAKOKU_LINEWORKS_AUTH_URL=" + i.platform,
		"DAKOKU_LINEWORKS_API_URL=" + i.platform,
		"DAKOKU_LINEWORKS_API_V1_URL=" + i.platform,
	}
}

// allInOne starts `dakoku up` on the prepared database.
func allInOne(t *testing.T) *installation {
	t.Helper()
	i := prepare(t)
	public, admin := freeAddr(t), freeAddr(t)
	i.public, i.admin = "http://"+public, "http://"+admin
	i.add("system/cmd/dakoku", []string{"up"}, append(i.platformEnv(),
		"DAKOKU_DATA_DIR="+filepath.Join(i.dir, "data"), "DAKOKU_DATABASE_URL="+i.database,
		"DAKOKU_PUBLIC_ADDR="+public, "DAKOKU_ADMIN_ADDR="+admin, "DAKOKU_PUBLIC_URL="+i.public,
		"DAKOKU_DEBUG_ADDR=127.0.0.1:0")...)
	i.startAll()
	return i
}

// separate starts the four programs, each a process of its own.
func separate(t *testing.T) *installation {
	t.Helper()
	i := assemble(t)
	i.migrate()
	i.startAll()
	return i
}

// assemble registers the four programs and starts none. Each logs in to the
// database by a login of its own, which migrate makes.
func assemble(t *testing.T) *installation {
	t.Helper()
	i := prepare(t)
	public, admin := freeAddr(t), freeAddr(t)
	integration, attendance, gateway := freeAddr(t), freeAddr(t), freeAddr(t)
	i.public, i.admin = "http://"+public, "http://"+admin
	shared := []string{"DAKOKU_DATA_DIR=" + filepath.Join(i.dir, "data"), "DAKOKU_DEBUG_ADDR=127.0.0.1:0", "DAKOKU_STOP_DELAY=0s"}
	env := func(context string, own ...string) []string {
		login := strings.Replace(i.database, "user=dakoku", "user=dakoku_"+context+"_login", 1)
		return append(append(own, shared...), "DAKOKU_DATABASE_URL="+login)
	}
	serve := []string{"serve"}
	i.add("services/integration/cmd/integration", serve,
		env("integration", append(i.platformEnv(), "DAKOKU_LISTEN_ADDR="+integration, "DAKOKU_PUBLIC_URL="+i.public,
			"DAKOKU_ATTENDANCE_ADDR="+attendance)...)...)
	i.add("services/attendance/cmd/attendance", serve, env("attendance", "DAKOKU_LISTEN_ADDR="+attendance)...)
	i.add("services/webhook-gateway/cmd/webhook-gateway", serve, env("gateway", "DAKOKU_PUBLIC_ADDR="+public,
		"DAKOKU_LISTEN_ADDR="+gateway, "DAKOKU_INTEGRATION_ADDR="+integration, "DAKOKU_ATTENDANCE_ADDR="+attendance)...)
	i.add("services/webhook-gateway/cmd/admin-gateway", serve, env("identity", "DAKOKU_ADMIN_ADDR="+admin,
		"DAKOKU_GATEWAY_ADDR="+gateway, "DAKOKU_INTEGRATION_ADDR="+integration, "DAKOKU_ATTENDANCE_ADDR="+attendance)...)
	return i
}

// migrate runs the migrate command of every program once, as the owner.
func (i *installation) migrate() {
	i.t.Helper()
	for name := range i.processes {
		i.migrateAs(name)
	}
}

// migrateAs runs the migrate command of one program, as the owner.
func (i *installation) migrateAs(name string) {
	i.t.Helper()
	p, owner := i.processes[name], []string{"DAKOKU_DATABASE_URL=" + i.database, "DAKOKU_SERVE_PASSWORD=the local socket asks for none"}
	m := &process{t: i.t, path: p.path, args: []string{"migrate"}, env: append(slices.Clone(p.env), owner...), log: p.log}
	m.start()
	<-m.done
	if code := m.cmd.ProcessState.ExitCode(); code != 0 {
		i.t.Fatalf("%s migrate ended with %d", name, code)
	}
}

// startAll starts every program that does not run and waits for both doors.
func (i *installation) startAll() {
	i.t.Helper()
	for _, p := range i.processes {
		if p.cmd == nil || !p.running() {
			p.start()
		}
	}
	eventually(i.t, "both doors are open", func() bool {
		i.alive()
		return answers(i.admin+"/v1/session", http.StatusUnauthorized) &&
			answers(i.public+"/v1/lineworks/attendance/x", http.StatusMethodNotAllowed)
	})
}

func (i *installation) alive() {
	i.t.Helper()
	for name, p := range i.processes {
		if !p.running() {
			i.t.Fatalf("%s has ended", name)
		}
	}
}

// company sets up the demo company and returns it with an administrator's client.
func (i *installation) company() *company {
	i.t.Helper()
	world, err := simulator.Demo(i.simulator)
	if err != nil {
		i.t.Fatal(err)
	}
	client := adminapi.New(i.admin)
	d := &demo.Demo{
		Admin: client, Simulator: i.simulator, World: world, SetupSecret: i.setupSecret(),
		DataDir: i.dir, Out: testWriter{i.t},
	}
	if err := d.Prepare(i.t.Context()); err != nil {
		i.t.Fatal(err)
	}
	return &company{t: i.t, admin: client, simulator: i.simulator, world: world, password: d.Password()}
}

func (i *installation) setupSecret() string {
	i.t.Helper()
	body, err := os.ReadFile(filepath.Join(i.dir, "data", "setup-secret"))
	if err != nil {
		i.t.Fatal(err)
	}
	return strings.TrimSpace(string(body))
}

// sql opens a connection of the database's owner, for what a test must look at
// or hold behind the product's back.
func (i *installation) sql() *pgx.Conn {
	i.t.Helper()
	conn, err := pgx.Connect(i.t.Context(), i.database)
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// private starts `dakoku up` on a PostgreSQL that it runs itself.
func private(t *testing.T) *installation {
	t.Helper()
	i := &installation{t: t, dir: t.TempDir(), processes: map[string]*process{}}
	i.simulate()
	public, admin := freeAddr(t), freeAddr(t)
	i.public, i.admin = "http://"+public, "http://"+admin
	i.add("system/cmd/dakoku", []string{"up"}, append(i.platformEnv(),
		"DAKOKU_DATA_DIR="+filepath.Join(i.dir, "data"), "DAKOKU_PUBLIC_ADDR="+public,
		"DAKOKU_ADMIN_ADDR="+admin, "DAKOKU_PUBLIC_URL="+i.public, "DAKOKU_DEBUG_ADDR=127.0.0.1:0")...)
	i.startAll()
	return i
}

// firstPunch is 出勤 by the first person of the company, to the bot alone, now.
func firstPunch(c *company) simulator.Post {
	return simulator.Post{User: c.world.People[0].ID, Bot: c.world.Bot.BotID, Text: "出勤"}
}
