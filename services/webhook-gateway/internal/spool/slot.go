package spool

import (
	"errors"
	"fmt"
	"io/fs"
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

// take locks a slot, and makes it when it is missing. A lock needs no writing:
// what lies on a disk that has become read-only can be taken and read.
func take(dir string) (*slot, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if _, err := os.ReadDir(dir); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDONLY, 0o600)
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

// takeFirst takes the first slot that nobody holds and that can be used.
func takeFirst(base string) (*slot, error) {
	var failed error
	for n := range maxSlots {
		s, err := take(filepath.Join(base, strconv.Itoa(n)))
		if err == nil {
			return s, nil
		}
		if failed == nil && !errors.Is(err, errTaken) {
			failed = err
		}
	}
	if failed != nil {
		return nil, failed
	}
	return nil, fmt.Errorf("%d processes are using %s", maxSlots, base)
}

// unused tells that nobody has had a slot in a directory yet.
func unused(base string) bool {
	all, err := slots(base)
	return len(all) == 0 && (err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR))
}

// slots are the directories of processes.
func slots(base string) (all []string, err error) {
	entries, err := os.ReadDir(base)
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err == nil {
			all = append(all, filepath.Join(base, e.Name()))
		}
	}
	return all, err
}

// orphans takes every slot with segments whose process is gone.
func orphans(base string) (found []*slot) {
	all, _ := slots(base)
	for _, dir := range all {
		if names, _ := segmentFiles(dir); len(names) == 0 {
			continue
		}
		if s, err := take(dir); err == nil {
			found = append(found, s)
		}
	}
	return found
}

// putAside counts the files that were put aside, of all processes.
func putAside(base string) int {
	kept, _ := filepath.Glob(filepath.Join(base, "*", "*"+keptSuffix))
	return len(kept)
}

// segmentFiles are the names of segments in the order in which they were made.
func segmentFiles(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), segmentSuffix) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

// writable asks whether a file could be made in the slot.
func (s *slot) writable() error {
	const writing = 2 // W_OK
	if err := syscall.Access(s.dir, writing); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrUnwritable, s.dir, err)
	}
	return nil
}

// syncDir makes the names in a directory last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
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
