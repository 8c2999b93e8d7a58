package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	segmentSuffix = ".segment"
	keptSuffix    = ".kept"
	maxSlots      = 64
)

// slot is the directory of one process. Whoever holds the lock of its file owns
// the records in it; the lock ends with the process, however that ends.
type slot struct {
	dir  string
	lock *os.File
}

// errTaken is a slot that another process holds.
var errTaken = errors.New("spool: taken by another process")

// take locks a slot, and makes it when it is missing.
func take(dir string) (*slot, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errTaken
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return &slot{dir, lock}, nil
}

// takeFirst takes the first slot that nobody holds.
func takeFirst(base string) (*slot, error) {
	for n := range maxSlots {
		s, err := take(filepath.Join(base, strconv.Itoa(n)))
		if !errors.Is(err, errTaken) {
			return s, err
		}
	}
	return nil, fmt.Errorf("%d processes are using %s", maxSlots, base)
}

// orphans takes every slot with records whose process is gone.
func orphans(base string) []*slot {
	entries, _ := os.ReadDir(base)
	var found []*slot
	for _, e := range entries {
		dir := filepath.Join(base, e.Name())
		if _, err := strconv.Atoi(e.Name()); err != nil || len(segmentFiles(dir)) == 0 {
			continue
		}
		if s, err := take(dir); err == nil {
			found = append(found, s)
		}
	}
	return found
}

// segmentFiles are the names of segments in the order in which they were made.
func segmentFiles(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), segmentSuffix) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

// sync makes the names of the directory last.
func (s *slot) sync() error {
	d, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *slot) release() { _ = s.lock.Close() }

// segmentName sorts by number.
func segmentName(number uint64) string { return fmt.Sprintf("%016x%s", number, segmentSuffix) }

// lastNumber is the greatest number in a directory, also of files put aside.
func lastNumber(dir string) (last uint64) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), ".")
		n, _ := strconv.ParseUint(name, 16, 64)
		last = max(last, n)
	}
	return last
}
