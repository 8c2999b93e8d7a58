package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// claim makes the directory and takes its lock, which the kernel gives back when
// this process ends, however it ends.
func (s *Server) claim() error {
	dir, err := filepath.Abs(s.cfg.Dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if s.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	s.lock, err = lockFile(filepath.Join(s.dir, "lock"))
	if errors.Is(err, ErrInUse) {
		return fmt.Errorf("directory %s is %w", s.dir, err)
	}
	return err
}

// lockFile takes an exclusive lock on a file and writes our process id into it.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = file.Close() }()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		holder, _ := os.ReadFile(path)
		return nil, fmt.Errorf("%w (%s): stop it or use another directory", ErrInUse, strings.TrimSpace(string(holder)))
	}
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte("process "+strconv.Itoa(os.Getpid())+"\n"), 0) // for people only
	}
	return file, nil
}

// release gives the locks back.
func (s *Server) release() {
	for _, held := range []*os.File{s.owner, s.lock} {
		if held != nil {
			_ = held.Close()
		}
	}
}
