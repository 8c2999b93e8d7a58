package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres/embedded"
)

const (
	// binVariable names the directory of PostgreSQL's programs to test with;
	// empty means the ones that are found.
	binVariable    = "DAKOKU_POSTGRES_BIN"
	testPrefix     = "t_"
	templatePrefix = "tpl_"
	// manyTemplates is how many a server keeps before it forgets all of them.
	manyTemplates = 24
	// maxServers bounds how many test processes run at once.
	maxServers = 64
	// roomInMemory is what /dev/shm must have free to be used, in bytes.
	roomInMemory = 1 << 30
)

// server is this test process's PostgreSQL.
type server struct {
	embedded  *embedded.Server
	admin     *pgxpool.Pool
	mu        sync.Mutex
	templates map[string]*sync.Mutex
	ready     map[string]bool
}

// shared starts the server at the first use. It is never stopped from here: it
// ends with the process, also when that is killed. The one variable of the
// package, so that tests need no TestMain.
var shared = sync.OnceValues(start)

// start takes the first set of server files that no other process uses. Files
// are used again, with their templates, so a start costs no initdb.
func start() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	base, err := baseDir()
	if err != nil {
		return nil, err
	}
	turn, err := takeTurn(filepath.Join(base, "turn"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = turn.Close() }()
	for slot := range maxServers {
		srv, err := startIn(ctx, filepath.Join(base, strconv.Itoa(slot)))
		if !errors.Is(err, embedded.ErrInUse) {
			return srv, err
		}
	}
	return nil, fmt.Errorf("pgtest: %d test processes are using %s", maxServers, base)
}

// takeTurn waits until no other test process is starting a server, so that none
// removes files that another has just taken.
func takeTurn(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("pgtest: lock %s: %w", path, err), file.Close())
	}
	return file, nil
}

// startIn starts a server on dir, anew if the files there are of no use.
func startIn(ctx context.Context, dir string) (*server, error) {
	srv, err := tryStart(ctx, dir)
	if err == nil || errors.Is(err, embedded.ErrInUse) {
		return srv, err
	}
	if err := errors.Join(os.RemoveAll(dir), ctx.Err()); err != nil {
		return nil, err
	}
	return tryStart(ctx, dir)
}

// tryStart starts a server on dir and removes what earlier tests left.
func tryStart(ctx context.Context, dir string) (*server, error) {
	pg, err := embedded.Start(ctx, embedded.Config{Dir: dir, Bin: os.Getenv(binVariable), Settings: map[string]string{
		"autovacuum": "off", "jit": "off", "shared_buffers": "32MB",
		"max_connections": "400", // tests run side by side, each with the pools of several programs
		"wal_level":       "minimal", "max_wal_senders": "0", "min_wal_size": "32MB", "max_wal_size": "64MB",
	}})
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	srv := &server{embedded: pg, templates: map[string]*sync.Mutex{}, ready: map[string]bool{}}
	if srv.admin, err = pgxpool.New(ctx, pg.URL().Reveal()); err == nil {
		err = srv.tidy(ctx)
	}
	if err != nil {
		pg.Stop()
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return srv, nil
}

// url connects to one database of the server.
func (s *server) url(name string) config.Secret {
	return config.Secret(strings.Replace(s.embedded.URL().Reveal(), "/dakoku?", "/"+name+"?", 1))
}

// exec runs one statement as the server's owner.
func (s *server) exec(ctx context.Context, sql string) error {
	_, err := s.admin.Exec(ctx, sql)
	return err
}

// finish drops a test's database, or keeps it for a look when the test failed.
func (s *server) finish(t testing.TB, name string) {
	if t.Failed() {
		t.Logf("database kept: %s (files in %s)", s.url(name).Reveal(), s.embedded.Dir())
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.exec(ctx, "drop database if exists "+quote(name)+" with (force)"); err != nil {
		t.Errorf("drop test database: %v", err)
	}
}

// baseDir is where the server files of this user lie: in memory when there is
// room. Another user's directory of that name is not trusted.
func baseDir() (string, error) {
	parent := os.TempDir()
	var room syscall.Statfs_t
	if syscall.Statfs("/dev/shm", &room) == nil && float64(room.Bsize)*float64(room.Bavail) >= roomInMemory {
		parent = "/dev/shm"
	}
	name := fmt.Sprintf("dakoku-pgtest-%d", os.Geteuid())
	if bin := os.Getenv(binVariable); bin != "" { // programs of one's own have files of their own
		sum := sha256.Sum256([]byte(bin))
		name += "-" + hex.EncodeToString(sum[:4])
	}
	base := filepath.Join(parent, name)
	if err := os.MkdirAll(base, 0o711); err != nil {
		return "", err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return "", err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(stat.Uid) != os.Geteuid() {
		return os.MkdirTemp(parent, "dakoku-pgtest-")
	}
	return base, os.Chmod(base, 0o711) // whatever our umask: the server may run as another user
}
