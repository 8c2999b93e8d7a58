package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dakoku/dakoku/platform/seal"
)

// proof is a database's check value in memory.
type proof struct{ value []byte }

func (p *proof) LoadCheck(context.Context) ([]byte, error)       { return p.value, nil }
func (p *proof) SaveCheck(_ context.Context, value []byte) error { p.value = value; return nil }

func newKeys(t testing.TB, dir string) *seal.Keyring {
	t.Helper()
	keys, err := seal.LoadOrCreate(context.Background(), filepath.Join(dir, "key.json"), &proof{})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// bench is a spool on a directory that may be opened again.
type bench struct {
	cfg Config
}

func newBench(t testing.TB) *bench {
	t.Helper()
	dir := t.TempDir()
	return &bench{Config{Dir: filepath.Join(dir, "spool"), MaxBytes: 64 << 20, Keys: newKeys(t, dir)}}
}

// open opens the spool and runs it; closing ends both.
func (b *bench) open(t testing.TB) (*Spool, func()) {
	t.Helper()
	s, err := Open(b.cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	end := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.Close()
	})
	t.Cleanup(end)
	return s, end
}

func fill(t testing.TB, s *Spool, records ...string) {
	t.Helper()
	for _, r := range records {
		if err := s.Append(context.Background(), []byte(r)); err != nil {
			t.Fatal(err)
		}
	}
}

// drain gives out and releases everything.
func drain(t testing.TB, s *Spool, limit int) (all []string) {
	t.Helper()
	for {
		b, err := s.Next(limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Records) == 0 {
			return all
		}
		for _, r := range b.Records {
			all = append(all, string(r))
		}
		s.Release(b, false)
	}
}

func numbers(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("record %05d %s", i, strings.Repeat("x", i%50)))
	}
	return all
}

func (b *bench) files(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(b.cfg.Dir, "*", "*"+segmentSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestRecordsComeBackInOrder(t *testing.T) {
	b := newBench(t)
	want := numbers(200)
	s, end := b.open(t)
	fill(t, s, want[:120]...)
	end()
	s, end = b.open(t)
	fill(t, s, want[120:]...)
	if n, bytes := s.Usage(); n != 200 || bytes == 0 {
		t.Error(n, bytes)
	}
	if got := drain(t, s, 7); !slices.Equal(got, want) {
		t.Errorf("%d records, not in order", len(got))
	}
	end()
	if s, _ = b.open(t); len(drain(t, s, 7)) != 0 {
		t.Error("released records came again")
	}
}

func TestWhatIsNotReleasedComesAgain(t *testing.T) {
	b := newBench(t)
	s, end := b.open(t)
	fill(t, s, "a", "b", "c")
	batch, err := s.Next(2)
	if err != nil || len(batch.Records) != 2 {
		t.Fatal(batch, err)
	}
	end()
	s, _ = b.open(t)
	if got := drain(t, s, 9); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Error(got)
	}
}

func TestManyWritersShareASync(t *testing.T) {
	b := newBench(t)
	syncs := 0
	b.cfg.create = func(path string) (file, error) {
		f, err := createFile(path)
		return &counting{f, &syncs}, err
	}
	s, end := b.open(t)
	var all sync.WaitGroup
	for i := range 500 {
		all.Go(func() { fill(t, s, fmt.Sprint(i)) })
	}
	all.Wait()
	if got := drain(t, s, 1000); len(got) != 500 {
		t.Error(len(got))
	}
	end()
	if syncs > 500 {
		t.Errorf("%d syncs for 500 records", syncs)
	}
}

type counting struct {
	file
	syncs *int
}

func (c *counting) Sync() error { *c.syncs++; return c.file.Sync() }

func TestSegmentsGoWhenTheyAreDone(t *testing.T) {
	b := newBench(t)
	s, _ := b.open(t)
	big := strings.Repeat("y", 200<<10)
	for range 60 {
		fill(t, s, big)
	}
	if n := len(b.files(t)); n < 3 {
		t.Errorf("%d segments", n)
	}
	if got := drain(t, s, 16); len(got) != 60 {
		t.Error(len(got))
	}
	if _, bytes := s.Usage(); len(b.files(t)) != 1 || bytes > 4<<10 {
		t.Errorf("%v, %d bytes", b.files(t), bytes)
	}
}

func TestNoRoomIsAnErrorAndPasses(t *testing.T) {
	b := newBench(t)
	b.cfg.MaxBytes = 300 << 10
	s, _ := b.open(t)
	record := make([]byte, 10<<10)
	stored := 0
	for ; stored < 100; stored++ {
		if err := s.Append(t.Context(), record); err != nil {
			if !errors.Is(err, ErrFull) {
				t.Fatal(err)
			}
			break
		}
	}
	if stored < 20 || stored == 100 {
		t.Fatalf("%d records of 10 KiB in 300", stored)
	}
	if _, bytes := s.Usage(); bytes > b.cfg.MaxBytes || !errors.Is(s.Room(), ErrFull) {
		t.Errorf("%d bytes, %v", bytes, s.Room())
	}
	if got := drain(t, s, 3); len(got) != stored {
		t.Errorf("%d of %d", len(got), stored)
	}
	fill(t, s, "again")
	if err := s.Room(); err != nil {
		t.Error(err)
	}
}

func TestNothingCanBeReadWithoutTheKey(t *testing.T) {
	b := newBench(t)
	s, end := b.open(t)
	fill(t, s, "hush")
	end()
	path := b.files(t)[0]
	data, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(data), "hush") {
		t.Fatal("in the clear", err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Error(info.Mode())
	}
	right := b.cfg.Keys
	b.cfg.Keys = newKeys(t, t.TempDir())
	s, end = b.open(t)
	if got := drain(t, s, 1); len(got) != 0 {
		t.Error(got)
	}
	fill(t, s, "next")
	if got := drain(t, s, 1); len(got) != 1 {
		t.Error("what comes later is held up")
	}
	if s.Adopt(); s.Kept() != 1 || s.waits() != 0 {
		t.Errorf("%d files kept, %d records wait", s.Kept(), s.waits())
	}
	end()
	b.cfg.Keys = right // the key comes back
	s, _ = b.open(t)
	if got := drain(t, s, 1); !slices.Equal(got, []string{"hush"}) || s.Kept() != 0 {
		t.Error(got, s.Kept())
	}
}

func (s *Spool) waits() int {
	records, _ := s.Usage()
	return records
}

func TestARefusedRecordStaysInItsFile(t *testing.T) {
	b := newBench(t)
	for n := 1; n <= 3; n++ { // also of processes that come later, which give no file the same name
		s, end := b.open(t)
		fill(t, s, "bad", "good")
		batch, err := s.Next(1)
		if err != nil {
			t.Fatal(err)
		}
		s.Release(batch, true)
		if got := drain(t, s, 1); !slices.Equal(got, []string{"good"}) {
			t.Error(got)
		}
		end()
		if kept, _ := filepath.Glob(filepath.Join(b.cfg.Dir, "0", "*"+keptSuffix)); len(kept) != n {
			t.Errorf("%d files: %v", n, kept)
		}
	}
}
