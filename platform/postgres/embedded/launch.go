package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/run"
)

const (
	// startBudget bounds a start; recovery after a crash takes its time.
	startBudget = 5 * time.Minute
	// longestLog is the size at which a start begins a new log, in bytes.
	longestLog = 8 << 20
)

// settings is what the server runs with: durable, in UTC, local, and with a log
// that holds no statement and no row.
func (s *Server) settings() []string {
	all := map[string]string{
		"listen_addresses": "", "port": "5432",
		"unix_socket_directories": s.socket, "unix_socket_permissions": "0700",
		"max_connections": "100",
		"fsync":           "on", "full_page_writes": "on", "synchronous_commit": "on",
		"timezone": "UTC", "log_timezone": "UTC",
		"logging_collector": "off", "log_checkpoints": "off",
		"log_error_verbosity": "terse", "log_min_error_statement": "panic",
	}
	maps.Copy(all, s.cfg.Settings)
	var args []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		args = append(args, "-c", name+"="+all[name])
	}
	return args
}

// launch starts the server and waits until it serves. The caller holds mu.
func (s *Server) launch(ctx context.Context) error {
	log, offset, err := s.openLog()
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()        // the server has its own handle
	whileWeLive := context.WithoutCancel(ctx) // the start's deadline is not the server's
	cmd := exec.CommandContext(whileWeLive, s.programs.path("postgres"), append([]string{"-D", s.data}, s.settings()...)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.data, cleanEnv(), log, log
	cmd.SysProcAttr = serverAttributes(s.account)
	proc, err := spawn(cmd)
	if err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.proc = proc
	if needsWatchdog {
		if _, err := watch(whileWeLive, proc); err != nil {
			s.cfg.Log.Warn("no watchdog: the server may outlive us until the next start", zap.Error(err))
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startBudget)
	defer cancel()
	if err := s.await(ctx, log.Name(), offset); err != nil {
		s.proc.stop()
		return err
	}
	return nil
}

// openLog opens the server's log and says where this run's part begins.
func (s *Server) openLog() (*os.File, int64, error) {
	path := filepath.Join(s.dir, "postgres.log")
	if info, err := os.Stat(path); err == nil && info.Size() > longestLog {
		_ = os.Rename(path, path+".old") // a log that cannot be renamed only grows
	}
	log, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, err
	}
	info, err := log.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, log.Close())
	}
	return log, info.Size(), nil
}

// await polls until the owner's database answers, the server ends or ctx does.
func (s *Server) await(ctx context.Context, log string, offset int64) error {
	for {
		err := s.createDatabase(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-s.proc.done:
			return fmt.Errorf("postgres ended: %s (see %s)", complaintFrom(log, offset), log)
		default:
		}
		if run.Pause(ctx, 20*time.Millisecond) != nil {
			return fmt.Errorf("postgres does not answer: %w (see %s)", ctx.Err(), log)
		}
	}
}

// createDatabase connects and makes the owner's database unless it is there.
func (s *Server) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, socketURL(s.socket, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var there bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+database)
	return err
}

// complaintFrom reads what the server logged since offset.
func complaintFrom(path string, offset int64) string {
	text, err := os.ReadFile(path)
	if err != nil || int64(len(text)) < offset {
		return "no reason known"
	}
	return complaint(text[offset:])
}

// socketURL is the connection string of a database behind a socket directory.
func socketURL(socket, database string) string {
	query := url.Values{"host": {socket}, "user": {"dakoku"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + query.Encode()
}
