package spool

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// written makes a segment of three records and returns its bytes and where the
// last record begins.
func written(t *testing.T, b *bench) (path string, data []byte, last int) {
	t.Helper()
	s, end := b.open(t)
	fill(t, s, "first", "second")
	last = int(s.segments[len(s.segments)-1].size)
	fill(t, s, "third")
	end()
	path = b.files(t)[0]
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, data, last
}

// A crash in the middle of a write may leave any part of the last record, whose
// caller was never answered: it is cut, and those before it are all there.
func TestATornTailIsCutAtEveryByte(t *testing.T) {
	b := newBench(t)
	path, whole, last := written(t, b)
	for n := last; n < len(whole); n++ {
		for name, data := range map[string][]byte{"cut": whole[:n], "zeros behind": append(slices.Clone(whole[:n]), make([]byte, len(whole)-n)...)} {
			b.reset(t, path, data)
			s, end := b.open(t)
			if got := drain(t, s, 9); !slices.Equal(got, []string{"first", "second"}) {
				t.Fatalf("%s at %d: %v", name, n, got)
			}
			fill(t, s, "next")
			if got := drain(t, s, 9); !slices.Equal(got, []string{"next"}) {
				t.Fatalf("%s at %d: then %v", name, n, got)
			}
			if hasEnd := name != "cut" && n > len(whole)-tagSize; !hasEnd && s.Kept() != 0 {
				t.Fatalf("%s at %d: taken for damage", name, n)
			}
			end()
		}
	}
}

func TestEveryFlippedByteCostsOneRecordAtMost(t *testing.T) {
	b := newBench(t)
	path, whole, last := written(t, b)
	head := len(whole) - 3*headSize - 3*tagSize - len("firstsecondthird")
	for n := head; n < len(whole); n++ {
		data := slices.Clone(whole)
		data[n] ^= 0x40
		b.reset(t, path, data)
		s, end := b.open(t)
		got := drain(t, s, 9)
		if len(got) != 2 {
			t.Fatalf("byte %d: %v", n, got)
		}
		kept, _ := filepath.Glob(path + keptSuffix)
		if torn := n >= last && n < last+4; torn == (len(kept) == 1) { // a longer record looks as if its end was missing
			t.Fatalf("byte %d: kept %v", n, kept)
		}
		end()
	}
	for n := range head { // whatever the head says, the records are not thrown away
		data := slices.Clone(whole)
		data[n] ^= 0x40
		b.reset(t, path, data)
		s, end := b.open(t)
		drain(t, s, 9)
		if kept, _ := filepath.Glob(path + keptSuffix); len(kept) != 1 {
			t.Fatalf("byte %d of the head: not kept", n)
		}
		end()
	}
}

// reset makes the directory hold one segment of these bytes.
func (b *bench) reset(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.RemoveAll(b.cfg.Dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
