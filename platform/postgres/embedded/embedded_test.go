package embedded

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

func TestServerIsDurableLocalAndPlain(t *testing.T) {
	server := serve(t, openDirFor(t))
	for setting, want := range map[string]string{
		"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on",
		"server_encoding": "UTF8", "lc_collate": "C", "timezone": "UTC", "listen_addresses": "", "max_connections": "100",
	} {
		query := "select current_setting('" + setting + "')"
		if setting == "lc_collate" { // a database's property since PostgreSQL 16
			query = "select datcollate from pg_database where datname = current_database()"
		}
		if got := ask(t, server, query); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	if name := filepath.Base(server.Dir()); name != "pg-"+strconv.Itoa(server.programs.major) {
		t.Errorf("data lies in %s", name)
	}
}

func TestDataSurvivesStopAndStart(t *testing.T) {
	dir := openDirFor(t)
	first := serve(t, dir)
	tell(t, first, "create table kept as select 'x'::text as value")
	first.Stop()
	first.Stop()
	if _, err := os.Stat(first.socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket's directory is still there: %v", err)
	}
	if got := ask(t, serve(t, dir), "select value from kept"); got != "x" {
		t.Errorf("got %q", got)
	}
}

func TestOneDirectoryServesOneProcess(t *testing.T) {
	dir, other := openDirFor(t), openDirFor(t)
	serve(t, dir)
	_, err := Start(t.Context(), Config{Dir: dir})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Fatalf("second start: %v, want the directory and the process named", err)
	}
	serve(t, other)
}

func TestDeadServerIsRestarted(t *testing.T) {
	server := serve(t, openDirFor(t))
	migrations := postgres.Migrations{Context: "revived", Files: os.DirFS("testdata/revived")}
	if err := postgres.Migrate(t.Context(), server.URL(), migrations); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: server.URL(), Role: migrations.Role()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGQUIT, syscall.SIGINT} {
		dead := server.current()
		if err := syscall.Kill(dead.pid, signal); err != nil {
			t.Fatal(err)
		}
		<-dead.done
		eventually(t, "a transaction after "+signal.String(), func() bool {
			return db.InTx(t.Context(), postgres.NoTenant(), func(context.Context, pgx.Tx) error { return nil }) == nil
		})
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
	if left := processesIn(server.data); len(left) != 0 {
		t.Errorf("processes %v outlive Run", left)
	}
}

func TestStopEndsRun(t *testing.T) {
	server := serve(t, openDirFor(t))
	ended := make(chan error, 1)
	go func() { ended <- server.Run(t.Context()) }()
	server.Stop()
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestLeftoverServerIsStopped(t *testing.T) {
	dir := openDirFor(t)
	first := serve(t, dir)
	tell(t, first, "create table kept as select 'x'::text as value")
	first.release() // as if our process had died and the kernel had not told the server
	second := serve(t, dir)
	<-first.proc.done
	if got := ask(t, second, "select value from kept"); got != "x" {
		t.Errorf("got %q", got)
	}
}

func TestStrangersPidInTheNoteIsNoObstacle(t *testing.T) {
	dir := openDirFor(t)
	first := serve(t, dir)
	first.Stop()
	stranger := exec.Command("sleep", "600")
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: first.account.credential()}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	note := filepath.Join(first.data, "postmaster.pid")
	if err := os.WriteFile(note, []byte(strconv.Itoa(stranger.Process.Pid)+"\n"+first.data+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := first.account.own(note); err != nil {
		t.Fatal(err)
	}
	serve(t, dir)
	if err := stranger.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the stranger was harmed: %v", err)
	}
}

func TestHalfMadeDataIsMadeAnew(t *testing.T) {
	dir := openDirFor(t)
	probe, err := find(t.Context(), Config{Progress: func(string) {}}, systemPlaces(), 0)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "pg-"+strconv.Itoa(probe.major)+".new", "base")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	orphan := exec.Command("sleep", "600")
	orphan.Dir = filepath.Dir(half)
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = orphan.Wait() }() // interrupted
	serve(t, dir)
	if left := processesIn(orphan.Dir); len(left) != 0 {
		t.Errorf("processes %v still make the old database", left)
	}
	if _, err := os.Stat(filepath.Dir(half)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half-made directory is still there: %v", err)
	}
}

func TestReasonOfAFailedStartIsTold(t *testing.T) {
	_, err := Start(t.Context(), Config{Dir: openDirFor(t), Settings: map[string]string{"shared_buffers": "plenty"}})
	if err == nil || !strings.Contains(err.Error(), "shared_buffers") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v, want one line naming the setting", err)
	}
	if _, err := Start(t.Context(), Config{}); err == nil {
		t.Error("no directory: accepted")
	}
}
