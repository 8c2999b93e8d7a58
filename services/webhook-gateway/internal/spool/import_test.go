package spool

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// aside makes a file that was put aside, because its first record was refused.
func (b *bench) aside(t *testing.T) string {
	t.Helper()
	s, end := b.open(t)
	fill(t, s, "refused", "good")
	batch, err := s.Next(1)
	if err != nil {
		t.Fatal(err)
	}
	s.Release(batch, true)
	drain(t, s, 1)
	end()
	kept, _ := filepath.Glob(filepath.Join(b.cfg.Dir, "*", "*"+keptSuffix))
	if len(kept) != 1 {
		t.Fatal(kept)
	}
	return kept[0]
}

func TestWhatWasPutAsideComesBack(t *testing.T) {
	b := newBench(t)
	path := b.aside(t)
	s, end := b.open(t) // holds the first place
	if s.Kept() != 1 {
		t.Error(s.Kept())
	}
	fill(t, s, "later")
	if n, err := Import(b.cfg.Dir, path); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	s.Adopt()
	if got := drain(t, s, 9); !slices.Equal(got, []string{"refused", "good", "later"}) || s.Kept() != 0 {
		t.Error(got, s.Kept())
	}
	end()
	if left, _ := filepath.Glob(filepath.Join(b.cfg.Dir, "*", "*"+segmentSuffix+".*")); len(left) != 0 {
		t.Error(left)
	}
}

// What waits in the place of a process that is gone is not mixed with it, and what
// cannot be imported stays where it is.
func TestWhatCannotBeImportedStays(t *testing.T) {
	b := newBench(t)
	path := b.aside(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, end := b.open(t)
	fill(t, s, "waits")
	end()
	segments := b.files(t)
	for name, c := range map[string]struct {
		path string
		data []byte
		says string
	}{
		"of a process that may run": {segments[0], nil, "put aside"},
		"without a beginning":       {path, whole[20:], "beginning is damaged"},
		"without a record":          {path, whole[:len(whole)-2*headSize-2*tagSize-len("refusedgood")], "no whole record"},
		"not there":                 {path + "x" + segmentSuffix + keptSuffix, nil, "no such file"},
	} {
		if c.data != nil {
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Import(b.cfg.Dir, c.path); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil || len(b.files(t)) != len(segments) {
			t.Errorf("%s: %v, %v", name, err, b.files(t))
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Import(b.cfg.Dir, path); err != nil {
		t.Fatal(err)
	}
	if files := b.files(t); len(files) != len(segments)+1 || filepath.Dir(files[0]) == filepath.Dir(files[1]) {
		t.Error(files)
	}
}

// Files of somebody else's would be there, and the door could not read them.
func TestAnotherUserMayNotImport(t *testing.T) {
	b := newBench(t)
	path, dir := b.aside(t), "/"
	if os.Geteuid() == 0 {
		dir = b.cfg.Dir
		if err := os.Chown(dir, 12345, -1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Import(dir, path); err == nil || !strings.Contains(err.Error(), "run this as that user") {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
