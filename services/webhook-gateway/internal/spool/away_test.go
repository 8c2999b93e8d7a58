package spool

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dakoku/dakoku/platform/seal"
)

// block makes every place of a directory unusable, as a sick disk does; free ends it.
func (b *bench) block(t *testing.T) (free func()) {
	t.Helper()
	var all []string
	for n := range maxSlots {
		dir := filepath.Join(b.cfg.Dir, strconv.Itoa(n))
		if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		all = append(all, dir)
	}
	return func() {
		for _, path := range all {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A disk that went bad costs the way around the database and nothing else; when it
// is well, that is there again.
func TestADirectoryThatWasInUseIsTriedAgain(t *testing.T) {
	b := newBench(t)
	_, end := b.open(t)
	end()
	free := b.block(t)
	s, end := b.open(t)
	if err := s.Append(t.Context(), []byte("lost")); !errors.Is(err, ErrUnwritable) {
		t.Error(err)
	}
	if s.Adopt(); !errors.Is(s.Room(), ErrUnwritable) || !errors.Is(s.Broken(), ErrUnwritable) {
		t.Error(s.Room(), s.Broken())
	}
	if batch, err := s.Next(9); err != nil || len(batch.Records) != 0 {
		t.Error(batch, err)
	}
	free()
	if s.Adopt(); s.Broken() != nil {
		t.Error(s.Broken())
	}
	fill(t, s, "after")
	if got := drain(t, s, 9); !slices.Equal(got, []string{"after"}) {
		t.Error(got)
	}
	end()
}

func TestADirectoryThatNobodyHasUsedMustBeUsable(t *testing.T) {
	b := newBench(t)
	b.cfg.Dir = filepath.Join(b.cfg.Dir, "file", "spool")
	if err := os.MkdirAll(filepath.Dir(filepath.Dir(b.cfg.Dir)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Dir(b.cfg.Dir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.cfg); err == nil {
		t.Error("opened below a file")
	}
}

// What becomes of the disk while nothing is written shows before a record needs it.
func TestADiskThatGoesAwayShows(t *testing.T) {
	b := newBench(t)
	s, _ := b.open(t)
	place := filepath.Join(b.cfg.Dir, "0")
	if err := os.Rename(place, place+".away"); err != nil {
		t.Fatal(err)
	}
	if s.Adopt(); !errors.Is(s.Broken(), ErrUnwritable) || !errors.Is(s.Room(), ErrUnwritable) {
		t.Error(s.Broken(), s.Room())
	}
	if err := os.Rename(place+".away", place); err != nil {
		t.Fatal(err)
	}
	if s.Adopt(); s.Broken() != nil || s.Room() != nil {
		t.Error(s.Broken(), s.Room())
	}
}

// sicken puts a directory in the place of a file, which opens and cannot be read;
// heal brings the file back.
func sicken(t *testing.T, path string) (heal func()) {
	t.Helper()
	if err := errors.Join(os.Rename(path, path+".real"), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(os.Remove(path), os.Rename(path+".real", path)); err != nil {
			t.Fatal(err)
		}
	}
}

// A file that cannot be read today, at the start or later, also the one that is
// being written, holds up nobody and is given out when it can be read.
func TestAFileThatCannotBeReadIsTriedAgain(t *testing.T) {
	b := newBench(t)
	s, end := b.open(t)
	fill(t, s, "1", "2")
	heal := sicken(t, b.files(t)[0]) // of the active segment
	if got := drain(t, s, 9); len(got) != 0 {
		t.Error(got)
	}
	fill(t, s, "3")
	if got := drain(t, s, 9); !slices.Equal(got, []string{"3"}) || s.Kept() != 1 {
		t.Error(got, s.Kept())
	}
	if s.Adopt(); s.Kept() != 1 || s.waits() != 0 {
		t.Errorf("%d files kept, %d records wait", s.Kept(), s.waits())
	}
	end()
	s, _ = b.open(t) // also for the next process
	fill(t, s, "4")
	if got := drain(t, s, 9); !slices.Equal(got, []string{"4"}) || s.Kept() != 1 {
		t.Error(got, s.Kept())
	}
	heal()
	s.Adopt()
	if got := drain(t, s, 9); !slices.Equal(got, []string{"1", "2"}) || s.Kept() != 0 {
		t.Error(got, s.Kept())
	}
	if _, bytes := s.Usage(); len(b.files(t)) != 1 || bytes > 2<<10 {
		t.Errorf("%v, %d bytes", b.files(t), bytes)
	}
}

func (b *bench) place(t *testing.T, n int) string {
	t.Helper()
	dir := filepath.Join(b.cfg.Dir, strconv.Itoa(n))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A place in which nothing was left is free for the next process.
func TestEmptyPlacesAreGivenBack(t *testing.T) {
	b := newBench(t)
	s, _ := b.open(t)
	for n := 1; n < 10; n++ {
		if err := os.WriteFile(filepath.Join(b.place(t, n), segmentName(1)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.Adopt()
	next, err := takeFirst(b.cfg.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(b.cfg.Dir, "1"); next.dir != want {
		t.Errorf("%s, not %s", next.dir, want)
	}
	s.receive(next, nil) // its process removed the last file and ended meanwhile
	if next, err = take(next.dir); err != nil {
		t.Fatal(err)
	}
	next.release()
}

// A file that cannot be removed is read once, and its place is kept until it is gone.
func TestAFileThatStaysIsNotReadAgain(t *testing.T) {
	b := newBench(t)
	s, _ := b.open(t)
	other, endOther := b.open(t)
	fill(t, other, "1")
	endOther()
	s.Adopt()
	batch, err := s.Next(9)
	if err != nil || len(batch.Records) != 1 {
		t.Fatal(batch, err)
	}
	path := batch.from.path
	heal := sicken(t, path)
	if err := os.WriteFile(filepath.Join(path, "x"), nil, 0o600); err != nil { // Remove fails
		t.Fatal(err)
	}
	s.Release(batch, false)
	if err := os.Remove(filepath.Join(path, "x")); err != nil {
		t.Fatal(err)
	}
	heal()
	if other, err := take(filepath.Dir(path)); !errors.Is(err, errTaken) {
		t.Errorf("%v, %v: somebody may read it again", other, err)
	}
	if s.Adopt(); s.waits() != 0 {
		t.Error("read again")
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("not removed later:", err)
	}
	free, err := take(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	free.release()
}

// A promise needs the names of the file and of the directories above it on the disk,
// as well as the bytes.
func TestNamesAreSyncedBeforeAnybodyIsTold(t *testing.T) {
	b := newBench(t)
	root := filepath.Dir(b.cfg.Dir)
	b.cfg.Dir = filepath.Join(root, "a", "b", "spool")
	var mu sync.Mutex
	var synced []string
	last := map[string]int{} // how many segments there were at the last sync of a directory
	b.cfg.sync = func(dir string) error {
		mu.Lock()
		defer mu.Unlock()
		if name, err := filepath.Rel(root, dir); err == nil && !strings.HasPrefix(name, "..") {
			synced = append(synced, name)
		}
		names, _ := segmentFiles(dir)
		last[dir] = len(names)
		return syncDir(dir)
	}
	s, _ := b.open(t)
	fill(t, s, "1")
	mu.Lock()
	if want := []string{"a/b/spool/0", "a/b/spool", "a/b", "a", "."}; !slices.Equal(synced, want) {
		t.Errorf("synced %v, not %v", synced, want)
	}
	if n := last[s.own.dir]; n != 1 {
		t.Errorf("synced when there were %d segments", n)
	}
	synced = nil
	mu.Unlock()
	drain(t, s, 9) // makes a new segment, and removes the old one
	mu.Lock()
	defer mu.Unlock()
	if n := last[s.own.dir]; n != 1 || len(synced) != 2 || len(b.files(t)) != 1 {
		t.Errorf("%d syncs, the last one with %d segments of %d", len(synced), n, len(b.files(t)))
	}
}

// service is a key service that wraps nothing, and may stand still when it is asked
// to open.
type service struct {
	asked, answer chan struct{} // nil: it answers at once
}

func (s *service) Current(context.Context) (string, error) { return "key", nil }

func (s *service) Encrypt(_ context.Context, _ string, key []byte) ([]byte, error) {
	return slices.Clone(key), nil
}

func (s *service) Decrypt(ctx context.Context, _ string, wrapped []byte) ([]byte, error) {
	if s.asked != nil {
		s.asked <- struct{}{}
		select {
		case <-s.answer:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return slices.Clone(wrapped), nil
}

// Who opens what an earlier process left may wait for a key service; who appends
// does not wait for that. A service that does not answer is no unknown key.
func TestASlowKeyServiceHoldsUpNoRecord(t *testing.T) {
	b := newBench(t)
	remote := &service{}
	var err error
	if b.cfg.Keys, err = seal.Load(t.Context(), seal.Source{Service: remote}, &proof{}); err != nil {
		t.Fatal(err)
	}
	s, end := b.open(t)
	fill(t, s, "1")
	end()
	s, _ = b.open(t)
	remote.asked, remote.answer = make(chan struct{}), make(chan struct{})
	failed := make(chan error)
	go func() { _, err := s.Next(9); failed <- err }()
	<-remote.asked
	stored := make(chan error, 1)
	go func() { stored <- s.Append(context.Background(), []byte("2")) }()
	select {
	case err := <-stored:
		if err != nil {
			t.Error(err)
		}
		err = <-failed // the service's time is over
		if !errors.Is(err, seal.ErrAway) || s.Kept() != 0 {
			t.Error(err, s.Kept())
		}
	case err := <-failed:
		t.Error("a record waited for the key service:", err)
	}
	remote.asked = nil
	if got := drain(t, s, 9); !slices.Equal(got, []string{"1", "2"}) {
		t.Error(got)
	}
}
