package supervisor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// server is one PostgreSQL: a directory, an address and a program.
type server struct {
	name    string
	bin     string
	dir     string
	disk    string // of its log alone; empty: with the data
	addr    string
	as      *syscall.Credential
	program *Program
}

// settings are those of a production server, but for memory.
func (s *server) settings() []string {
	_, port, _ := net.SplitHostPort(s.addr) // made by ports
	list := []string{
		"port=" + port, "listen_addresses=127.0.0.1", "unix_socket_directories=", "cluster_name=" + s.name,
		"fsync=on", "full_page_writes=on", "synchronous_commit=on", "synchronous_standby_names=ANY 1 (lab_a, lab_b)",
		"wal_level=replica", "hot_standby=on", "max_wal_senders=8", "wal_keep_size=64MB", "max_wal_size=192MB",
		"max_connections=200", "shared_buffers=64MB", "jit=off", "timezone=UTC", "log_timezone=UTC",
		"wal_receiver_status_interval=1s", "wal_retrieve_retry_interval=200ms", "wal_sender_timeout=5s", "wal_receiver_timeout=5s",
		"log_error_verbosity=terse", "log_min_error_statement=panic", "restart_after_crash=on",
	}
	var args []string
	for _, one := range list {
		args = append(args, "-c", one)
	}
	return append(args, "-D", s.dir)
}

// prepare makes the program out of directory and address.
func (s *server) prepare(logs string) {
	s.program = &Program{Name: "postgres-" + s.name, path: filepath.Join(s.bin, "postgres"), args: s.settings(), log: filepath.Join(logs, s.name+".log"), as: s.as}
}

// tool runs one of PostgreSQL's programs.
func (s *server) tool(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = filepath.Dir(s.dir), cleanEnvironment(), attributes(s.as)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, last(out, 600))
	}
	return nil
}

// url connects to a database of the server itself, past every way. Its own commits
// wait for no standby.
func (s *server) url(database string) string {
	return "postgres://dakoku@" + s.addr + "/" + database + "?sslmode=disable&options=-c%20synchronous_commit%3Dlocal"
}

// connect opens a superuser's connection.
func (s *server) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, s.url(database))
}

// ask runs one query for one value.
func ask[T any](ctx context.Context, s *server, sql string, args ...any) (value T, err error) {
	conn, err := s.connect(ctx, "postgres")
	if err != nil {
		return value, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return value, conn.QueryRow(ctx, sql, args...).Scan(&value)
}

// awake waits until the server answers.
func (s *server) awake(ctx context.Context) error {
	return until(ctx, s.name+" does not answer", func() error {
		_, err := ask[int](ctx, s, "select 1")
		return err
	})
}

// processes are the ids of everything that runs in the server's directory.
func (s *server) processes() (ids []int) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd") // the pattern is well-formed
	for _, link := range links {
		at, err := os.Readlink(link)
		id, wrong := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err == nil && wrong == nil && at == s.dir && id != os.Getpid() {
			ids = append(ids, id)
		}
	}
	return ids
}

// fence ends the server for good, with all of its processes.
func (s *server) fence(ctx context.Context) error {
	s.program.Stop(syscall.SIGKILL)
	return until(ctx, "processes of "+s.name+" stay", func() error {
		left := s.processes()
		for _, id := range left {
			_ = syscall.Kill(id, syscall.SIGKILL) // one that has ended is no trouble
		}
		if len(left) > 0 {
			return errors.New(fmt.Sprint(left))
		}
		return nil
	})
}

// account is whom PostgreSQL runs as when we are root, which it refuses.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// programsDir finds PostgreSQL's programs: where the setting says, in Debian's
// places, or on the path.
func programsDir() (string, error) {
	if bin := os.Getenv("DAKOKU_POSTGRES_BIN"); bin != "" {
		return bin, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_basebackup") // the pattern is well-formed
	sort.Strings(found)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("pg_basebackup")
	if err != nil {
		return "", errors.New("the fault lab needs a PostgreSQL with pg_basebackup: install one, or name its programs in DAKOKU_POSTGRES_BIN")
	}
	return filepath.Dir(path), nil
}

// child finds a process of the server by its title, as in "walwriter".
func (s *server) child(title string) int {
	for _, id := range s.processes() {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(id), "cmdline"))
		if err == nil && strings.Contains(string(text), title) {
			return id
		}
	}
	return 0
}
