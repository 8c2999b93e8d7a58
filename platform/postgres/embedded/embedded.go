// Package embedded runs a private PostgreSQL out of a directory: it finds or
// installs the server's programs, prepares the data, starts the server on a
// unix socket only this machine's user can reach, and keeps it running.
//
// It knows programs, processes, users and files. It refuses to know what is
// stored: schemas, roles and rows are package postgres's and the services'.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
)

// Config says where the private server lives.
type Config struct {
	// Dir holds the lock, the log and the data (pg-<major>); required, made
	// when missing. A directory serves one process at a time.
	Dir string
	// Bin is the directory with PostgreSQL's programs; "" means search.
	Bin string
	// Log receives what the supervisor does; nil means silence.
	Log *zap.Logger
	// Progress receives one short line per step, for a person; nil means none.
	Progress func(line string)
	// Existing starts only what is there: without a database in Dir, Start makes
	// nothing and its error wraps ErrNoDatabase.
	Existing bool
	// Settings override server settings, by their postgresql.conf names.
	Settings map[string]string
}

// ErrInUse is wrapped by Start when another process runs a server on Dir.
var ErrInUse = errors.New("in use by another process")

// ErrNoDatabase is wrapped by Start when Dir holds no database and none may be made.
var ErrNoDatabase = errors.New("no database there")

// Server is a running private PostgreSQL.
type Server struct {
	cfg      Config
	dir      string // Config.Dir, absolute
	lock     *os.File
	programs programs
	account  account
	data     string
	socket   string
	owner    *os.File // says in the socket's directory whose it is; locked
	closing  chan struct{}
	stopOnce sync.Once

	mu   sync.Mutex // guards proc, and is held while the server is being started
	proc *process
}

// Start finds or installs PostgreSQL 15 or newer, prepares Dir and starts the
// server. A server left behind by a killed process is stopped first. It returns
// when connections are accepted; errors are one line.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	return startWith(ctx, cfg, systemPlaces())
}

// startWith is Start with the places to search given.
func startWith(ctx context.Context, cfg Config, search places) (*Server, error) {
	if cfg.Dir == "" {
		return nil, errors.New("private PostgreSQL: no directory given")
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	s := &Server{cfg: cfg, closing: make(chan struct{})}
	if err := s.start(ctx, search); err != nil {
		s.Stop()
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	return s, nil
}

// start is the order of things.
func (s *Server) start(ctx context.Context, search places) error {
	if err := s.exists(); err != nil {
		return err
	}
	if err := s.claim(); err != nil {
		return err
	}
	home, err := s.choose(ctx, search)
	if err != nil {
		return err
	}
	s.data = filepath.Join(home, fmt.Sprintf("pg-%d", s.programs.major))
	if err := stopLeftover(ctx, s.data, s.cfg.Progress); err != nil {
		return err
	}
	if err := s.initData(ctx); err != nil {
		return err
	}
	if err := s.noteHome(home); err != nil {
		return err
	}
	if s.socket, err = s.makeSocketDir(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.launch(ctx); err != nil {
		return err
	}
	s.cfg.Progress("PostgreSQL is ready")
	return nil
}

// choose settles who runs the server, with which programs and where its data
// lies; it returns the directory that holds pg-<major>.
func (s *Server) choose(ctx context.Context, search places) (string, error) {
	home, err := existingHome(s.dir)
	if err != nil {
		return "", err
	}
	if s.account, err = accountFor(home); err != nil {
		return "", err
	}
	if s.programs, err = find(ctx, s.cfg, search, newestMajor(home)); err != nil {
		return "", err
	}
	if s.programs, err = s.account.readable(ctx, s.programs, search.shared); err != nil {
		return "", err
	}
	return s.settle(ctx, home, search.shared)
}

// URL connects to the server's database "dakoku" as the login that owns it.
func (s *Server) URL() config.Secret { return config.Secret(socketURL(s.socket, database)) }

// Dir is where the server's data lies: Config.Dir, or elsewhere if the server's
// user cannot reach that.
func (s *Server) Dir() string { return s.data }
