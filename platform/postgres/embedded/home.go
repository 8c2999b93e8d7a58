package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// elsewhereFile in the wanted directory names where the data went instead.
const elsewhereFile = "elsewhere"

// existingHome returns the directory that holds the data or shall hold it: dir,
// or where an earlier start had to put it.
func existingHome(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, elsewhereFile))
	if errors.Is(err, os.ErrNotExist) {
		return dir, nil
	}
	if err != nil {
		return "", err
	}
	home := strings.TrimSpace(string(text))
	if newestMajor(home) == 0 {
		return "", fmt.Errorf("the data of %s is missing: %s says that it lies in %s; bring it back, or remove that file to begin with an empty database",
			dir, filepath.Join(dir, elsewhereFile), home)
	}
	return home, nil
}

// exists refuses to go on where a database must be there and is not, before
// anything is made.
func (s *Server) exists() error {
	if !s.cfg.Existing {
		return nil
	}
	home, err := existingHome(s.cfg.Dir)
	if err == nil && newestMajor(home) == 0 {
		err = fmt.Errorf("%s: %w", s.cfg.Dir, ErrNoDatabase)
	}
	return err
}

// newestMajor is the newest PostgreSQL that has data in home, or 0.
func newestMajor(home string) int {
	dirs, _ := filepath.Glob(filepath.Join(home, "pg-*", "PG_VERSION")) // the pattern is well-formed
	majors := []int{0}
	for _, file := range dirs {
		major, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(filepath.Dir(file)), "pg-"))
		if err == nil {
			majors = append(majors, major)
		}
	}
	return slices.Max(majors)
}

// settle proves that the server's user reaches home, or moves to a new directory
// below shared. Data that exists never moves.
func (s *Server) settle(ctx context.Context, home, shared string) (string, error) {
	err := s.account.reaches(ctx, s.programs, home)
	if err == nil {
		return home, nil
	}
	if newestMajor(home) != 0 {
		return "", fmt.Errorf("user %s can no longer reach the data in %s: give its parent directories mode o+x (%w)", s.account, home, err)
	}
	if !s.account.other {
		return "", fmt.Errorf("directory %s: %w", home, err)
	}
	moved := filepath.Join(shared, strings.ToLower(rand.Text()[:16]))
	if err := errors.Join(openDir(shared), openDir(moved)); err != nil {
		return "", err
	}
	if err := s.account.reaches(ctx, s.programs, moved); err != nil {
		return "", fmt.Errorf("user %s reaches neither %s nor %s: %w", s.account, home, moved, err)
	}
	s.cfg.Progress(fmt.Sprintf("user %s cannot reach %s: the data goes to %s", s.account, home, moved))
	return moved, nil
}

// noteHome notes where the data is, once it is there, if not in dir itself.
func (s *Server) noteHome(home string) error {
	note := filepath.Join(s.dir, elsewhereFile)
	if _, err := os.Stat(note); err == nil || home == s.dir {
		return nil
	}
	if err := os.WriteFile(note+".new", []byte(home+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.Rename(note+".new", note); err != nil {
		return err
	}
	return syncDir(s.dir)
}
