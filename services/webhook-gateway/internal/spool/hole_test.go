package spool

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fillBig appends records of 200 KiB, each of one letter.
func fillBig(t *testing.T, s *Spool, letters string) {
	t.Helper()
	for _, l := range letters {
		fill(t, s, strings.Repeat(string(l), 200<<10))
	}
}

// letters gives out everything and tells each record's first letter.
func letters(t *testing.T, s *Spool) (all string) {
	t.Helper()
	for _, r := range drain(t, s, 4) {
		all += r[:1]
	}
	return all
}

// However much of a file the disk has spoiled, and wherever, the records before and
// behind are given out, and again when the file is imported.
func TestAHoleCostsNothingBehindIt(t *testing.T) {
	for name, c := range map[string]struct {
		from, to int64 // KiB; each record has 200 and a little
		want     string
	}{
		"wider than a window":    {450, 1700, "abjklmnop"},
		"wider than two windows": {450, 2700, "abop"},
		"at the front":           {1, 1300, "hijklmnop"},
		"up to a record that no window from its front holds": {1, 990, "fghijklmnop"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s, end := b.open(t)
			fillBig(t, s, "abcdefghijklmnop")
			end()
			spoil(t, b.files(t)[0], c.from<<10, c.to<<10)
			s, end = b.open(t)
			if got := letters(t, s); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
			end()
			b.importAll(t)
			s, _ = b.open(t)
			s.Adopt()
			if got := letters(t, s); got != c.want {
				t.Errorf("imported: %q, not %q", got, c.want)
			}
		})
	}
}

// importAll imports what was put aside: one file.
func (b *bench) importAll(t *testing.T) {
	t.Helper()
	kept, _ := filepath.Glob(filepath.Join(b.cfg.Dir, "*", "*"+keptSuffix))
	if len(kept) != 1 {
		t.Fatal(kept)
	}
	if _, err := Import(b.cfg.Dir, kept[0]); err != nil {
		t.Fatal(err)
	}
}

// The file that is being written may be spoiled, too.
func TestAHoleInTheActiveSegment(t *testing.T) {
	b := newBench(t)
	s, _ := b.open(t)
	fillBig(t, s, "abcdefghij")
	spoil(t, s.segments[0].path, 450<<10, 1700<<10)
	if got := letters(t, s); got != "abj" {
		t.Error(got)
	}
	fill(t, s, "next")
	if got := drain(t, s, 9); !slices.Equal(got, []string{"next"}) || s.Kept() != 1 || s.waits() != 0 {
		t.Errorf("%q, %d files kept, %d records wait", got, s.Kept(), s.waits())
	}
}

// spoil overwrites part of a file, which somebody else may have open, with zeros.
func spoil(t *testing.T, path string, from, to int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.WriteAt(make([]byte, to-from), from); err != nil {
		t.Fatal(err)
	}
}

// A record that is appended while a spoiled file is read is not given up with it.
func TestWhatIsAppendedMeanwhileIsGivenOut(t *testing.T) {
	b := newBench(t)
	s, _ := b.open(t)
	fill(t, s, "spoiled")
	g, size, left := s.first()
	spoil(t, g.path, g.read, g.size)
	batch, err := g.batch(s.Keys, 9, size)
	if err != nil || batch.count != 0 {
		t.Fatal(batch, err)
	}
	fill(t, s, "meanwhile")
	s.giveUp(g, size, left)
	if got := drain(t, s, 9); !slices.Equal(got, []string{"meanwhile"}) || s.Kept() != 1 || s.waits() != 0 {
		t.Errorf("%q, %d files kept, %d records wait", got, s.Kept(), s.waits())
	}
}
