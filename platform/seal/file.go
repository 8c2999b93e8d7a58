package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dakoku/dakoku/platform/internal/keyfile"
)

// openFile reads the keyset of a file that only its owner can read. The file is
// Tink's JSON form of a keyset; its protection is the mode 0600 in a 0700 directory.
func openFile(path string) (*local, error) {
	ring, info, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return &local{path: path, ring: ring, file: info}, nil
}

// readFile also tells which file it was, as it was before it was read.
func readFile(path string) (*ring, os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("sealing key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, nil, fmt.Errorf("sealing key %s has mode %04o, so others than its owner may read it; run: chmod 600 %s", path, mode, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("sealing key: %w", err)
	}
	ring, err := parseRing(data)
	if errors.Is(err, errPrimary) {
		return nil, nil, fmt.Errorf("sealing key %s: %w, so nothing can be sealed; restore the file from your backup", path, err)
	}
	if err != nil { // what the parser says may quote the key
		return nil, nil, fmt.Errorf("sealing key %s is damaged: not a keyset for AES-GCM; restore the file from your backup", path)
	}
	return ring, info, nil
}

// createFile makes a keyset, or reads the one that another process has just made.
func createFile(path string) (*local, error) {
	unlock, err := keyfile.Lock(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("sealing key %s: %w", path, err)
	}
	defer unlock()
	if keys, err := openFile(path); !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	ring, err := newestRing()
	if err == nil {
		err = writeFile(path, ring)
	}
	if err != nil {
		return nil, fmt.Errorf("sealing key %s: %w", path, err)
	}
	return openFile(path)
}

func writeFile(path string, r *ring) error {
	data, err := r.json()
	if err != nil {
		return err
	}
	return keyfile.Write(path, data)
}

// changeFile replaces the keyset of a file by what change makes of it; nil
// leaves it. It is on the disk when changeFile returns.
func changeFile(path string, change func(*ring) (*ring, error)) error {
	unlock, err := keyfile.Lock(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("sealing key %s: %w", path, err)
	}
	defer unlock()
	now, _, err := readFile(path)
	if err != nil {
		return err
	}
	next, err := change(now)
	if err == nil && next != nil {
		err = writeFile(path, next)
	}
	if err != nil {
		return fmt.Errorf("sealing key %s: %w", path, err)
	}
	return nil
}
