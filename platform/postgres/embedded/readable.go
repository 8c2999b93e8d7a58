package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// readable returns the programs, or a copy of them below shared when the server's user cannot
// reach them: npm's cache lies in root's home, which is closed to others.
func (a account) readable(ctx context.Context, p programs, shared string) (programs, error) {
	err := a.reaches(ctx, p, "/")
	if err == nil || !a.other {
		return p, err
	}
	from := filepath.Dir(p.bin)
	for _, part := range []string{"lib", "share"} {
		if _, err := os.Stat(filepath.Join(from, part)); err != nil {
			return p, fmt.Errorf("user %s cannot run the programs in %s: give it access", a, p.bin)
		}
	}
	to := filepath.Join(shared, "postgres-"+p.version+"-"+shortHash(from))
	if err := copyOnce(from, to); err != nil {
		return p, fmt.Errorf("copy the programs to where user %s can run them: %w", a, err)
	}
	p.bin = filepath.Join(to, filepath.Base(p.bin))
	return p, a.reaches(ctx, p, "/")
}

// copyOnce makes to a whole copy of from, unless it is there.
func copyOnce(from, to string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if err := openDir(filepath.Dir(to)); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(to), "copying-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := copyTree(from, work); err != nil {
		return err
	}
	err = errors.Join(os.Chmod(work, 0o755), os.Rename(work, to))
	if errors.Is(err, os.ErrExist) {
		return nil // another process was first
	}
	return err
}

// copyTree copies directories, files and symbolic links, readable by everyone.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case entry.IsDir():
			return openDir(target)
		case entry.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			return errors.Join(err, os.Symlink(link, target))
		}
		return copyFile(path, target)
	})
}

// copyFile copies one file with its mode, opened for everyone to read.
func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Chmod(info.Mode().Perm()|0o444), target.Close())
}

// openDir makes a directory that everyone may enter, whatever our umask.
func openDir(path string) error {
	return errors.Join(os.MkdirAll(path, 0o755), os.Chmod(path, 0o755))
}

// shortHash names something in a path.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
