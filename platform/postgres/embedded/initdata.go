package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// database is the login, and the database, that the server has for its owner.
const database = "dakoku"

// initData makes the data directory unless it is there: in a directory beside
// it that is renamed when whole, so that a run that was cut off leaves nothing.
func (s *Server) initData(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(s.data, "PG_VERSION")); err == nil {
		return nil
	}
	s.cfg.Progress("preparing the database files in " + s.data)
	work := s.data + ".new"
	if err := stopLeftover(ctx, work, s.cfg.Progress); err != nil { // an initdb that outlived its starter
		return err
	}
	if err := os.RemoveAll(work); err != nil {
		return err
	}
	if err := os.Mkdir(work, 0o700); err != nil {
		return err
	}
	if err := s.account.own(work); err != nil {
		return err
	}
	if err := s.initdb(ctx, work); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(work, "PG_VERSION")); err != nil {
		return fmt.Errorf("initdb made no database: %w", err)
	}
	if err := os.Rename(work, s.data); err != nil {
		return err
	}
	return syncDir(filepath.Dir(s.data))
}

// initdb runs initdb: UTF-8, the C locale, page checksums, and no passwords,
// since the socket's directory is what keeps others out.
func (s *Server) initdb(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, s.programs.path("initdb"), "-D", dir, "-U", database, "-A", "trust",
		"-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions")
	cmd.Dir, cmd.Env = dir, cleanEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.account.credential(), Setpgid: true}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, complaint(out))
	}
	return nil
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// cleanEnv is the environment of PostgreSQL's programs: nothing of ours that
// could redirect them (PGDATA, PGPORT …).
func cleanEnv() []string {
	return []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
}

// complaint picks the line of a program's output that says what went wrong.
func complaint(out []byte) string {
	for line := range strings.Lines(string(out)) {
		for _, sign := range []string{"FATAL:", "PANIC:", "error:", "could not"} {
			if strings.Contains(line, sign) {
				return strings.TrimSpace(line)
			}
		}
	}
	return lastLine(out)
}
