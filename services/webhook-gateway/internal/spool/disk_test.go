package spool

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// sick is a file on a disk that fails.
type sick struct {
	file
	disk *disk
}

// disk fails where it is told to.
type disk struct{ create, write, half, sync, truncate error }

func (d *disk) open(path string) (file, error) {
	if d.create != nil {
		return nil, d.create
	}
	f, err := createFile(path)
	return &sick{f, d}, err
}

func (s *sick) Write(p []byte) (int, error) {
	if s.disk.half != nil {
		n, _ := s.file.Write(p[:len(p)/2])
		return n, s.disk.half
	}
	if s.disk.write != nil {
		return 0, s.disk.write
	}
	return s.file.Write(p)
}

func (s *sick) Sync() error {
	if s.disk.sync != nil {
		return s.disk.sync
	}
	return s.file.Sync()
}

func (s *sick) Truncate(n int64) error {
	if s.disk.truncate != nil {
		return s.disk.truncate
	}
	return s.file.Truncate(n)
}

// Whatever the disk fails at, nobody is told that a record is there, those that
// are there stay, and when the disk is well again the next one is taken.
func TestADiskThatFails(t *testing.T) {
	for name, sickness := range map[string]disk{
		"no new file":            {create: syscall.ENOSPC, write: syscall.ENOSPC},
		"no space":               {write: syscall.ENOSPC},
		"space for a half":       {half: syscall.ENOSPC},
		"a half, and stays":      {half: syscall.ENOSPC, truncate: syscall.EIO},
		"broken":                 {sync: syscall.EIO},
		"broken in every way":    {create: syscall.EIO, sync: syscall.EIO, truncate: syscall.EIO},
		"read-only from now on":  {create: syscall.EROFS, write: syscall.EROFS, truncate: syscall.EROFS},
		"file size limit (half)": {half: syscall.EFBIG},
	} {
		t.Run(name, func(t *testing.T) {
			b, well := newBench(t), &disk{}
			b.cfg.create = well.open
			s, end := b.open(t)
			fill(t, s, "before")
			for range 3 {
				*well = sickness
				if err := s.Append(t.Context(), []byte("lost")); !errors.Is(err, ErrUnwritable) {
					t.Fatal(err)
				}
			}
			if sickness.create != nil && !errors.Is(s.Room(), ErrUnwritable) {
				t.Error("there is room?")
			}
			*well = disk{}
			if err := s.Room(); err != nil {
				t.Error(err)
			}
			fill(t, s, "after")
			if got := drain(t, s, 9); !slices.Equal(got, []string{"before", "after"}) {
				t.Error(got)
			}
			if _, bytes := s.Usage(); bytes > 2<<10 {
				t.Errorf("%d bytes are never given back", bytes)
			}
			end()
		})
	}
}

func TestADirectoryThatCannotBeUsedIsAnErrorAtOnce(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(b.cfg.Dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.cfg); err == nil {
		t.Error("opened a file")
	}
}

func TestTwoProcessesHaveAPlaceEach(t *testing.T) {
	b := newBench(t)
	one, endOne := b.open(t)
	two, endTwo := b.open(t)
	fill(t, one, "1")
	fill(t, two, "2")
	one.Adopt()
	if got := drain(t, one, 9); !slices.Equal(got, []string{"1"}) {
		t.Error(got)
	}
	endTwo()
	fill(t, one, "3")
	one.Adopt() // the other one is gone; its records are older
	if got := drain(t, one, 9); !slices.Equal(got, []string{"2", "3"}) {
		t.Error(got)
	}
	if left, _ := filepath.Glob(filepath.Join(b.cfg.Dir, "1", "*"+segmentSuffix)); len(left) != 0 {
		t.Error(left)
	}
	three, _ := b.open(t) // the place is free again
	fill(t, three, "4")
	if got := drain(t, three, 9); !slices.Equal(got, []string{"4"}) {
		t.Error(got)
	}
	endOne()
}
