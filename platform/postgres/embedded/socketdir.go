package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	// socketFile is the name that PostgreSQL gives its socket.
	socketFile = ".s.PGSQL.5432"
	// longestSocket is what the shortest platform allows for the path of a unix
	// socket, less PostgreSQL's own file name.
	longestSocket = 103 - len("/"+socketFile)
	// ownerFile in a socket's directory says whose it is. The process that runs
	// the server holds its lock.
	ownerFile = "owner"
)

// makeSocketDir makes the socket's directory, which only the server's user and
// root may enter, where the path stays short enough for a socket.
func (s *Server) makeSocketDir(ctx context.Context) (string, error) {
	s.removeOldSocketDir()
	for _, base := range []string{os.TempDir(), "/tmp", filepath.Dir(s.data)} {
		if s.account.reaches(ctx, s.programs, base) != nil {
			continue
		}
		dir, err := os.MkdirTemp(base, "dakoku-pg-")
		if err != nil {
			continue
		}
		if len(dir) > longestSocket {
			_ = os.Remove(dir)
			continue
		}
		err = s.sign(dir)
		note := os.WriteFile(s.socketNote(), []byte(dir), 0o600)
		return dir, errors.Join(err, note, s.account.own(dir))
	}
	return "", errors.New("no temporary directory with a short path for the server's socket: set TMPDIR to one")
}

// socketNote holds the socket's directory, to be removed after a kill.
func (s *Server) socketNote() string { return filepath.Join(s.dir, "socket") }

// sign writes into a socket's directory whose it is, and keeps the lock.
func (s *Server) sign(dir string) error {
	owner, err := identity(s.dir)
	if err != nil {
		return err
	}
	s.owner, err = os.OpenFile(filepath.Join(dir, ownerFile), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(s.owner.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return err
	}
	_, err = s.owner.WriteString(owner)
	return err
}

// identity tells a directory from its copies: its path, and its number on the
// disk for a copy that another machine or container has under the same path.
func identity(dir string) (string, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return "", err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("cannot tell %s from its copies", dir)
	}
	return fmt.Sprintf("%s\n%d %d\n", dir, stat.Dev, stat.Ino), nil
}

// removeOldSocketDir removes the directory of a run that was killed. The note
// alone proves nothing: in a copy of a data directory it names the directory of
// the server that still runs on the original.
func (s *Server) removeOldSocketDir() {
	text, err := os.ReadFile(s.socketNote())
	dir := string(text)
	if err != nil || !strings.HasPrefix(filepath.Base(dir), "dakoku-pg-") || answers(dir) {
		return
	}
	owner := s.ownerOf(dir)
	if owner == nil {
		return
	}
	defer func() { _ = owner.Close() }()
	_ = os.RemoveAll(dir) // what stays is an empty directory in a temporary one
}

// ownerOf locks a socket's directory when it is ours and nobody's process holds
// it; nil otherwise. Somebody else may have made what is there: nothing in it is
// followed or waited for.
func (s *Server) ownerOf(dir string) *os.File {
	want, err := identity(s.dir)
	if err != nil {
		return nil
	}
	file, err := os.OpenFile(filepath.Join(dir, ownerFile), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	found := make([]byte, len(want)+1)
	n, _ := file.Read(found) // nothing to read: not ours
	if string(found[:n]) != want || syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = file.Close()
		return nil
	}
	return file
}

// answers tells whether a server listens in a socket's directory.
func answers(dir string) bool {
	conn, err := net.DialTimeout("unix", filepath.Join(dir, socketFile), time.Second)
	if err != nil {
		return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.EAGAIN) // there, but busy
	}
	_ = conn.Close()
	return true
}
