package evidence

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"
)

// Salts keep secret what a seal is of: without one, whoever reads the seals could try all
// texts and times until one fits, also after the record was erased. So two seals of the
// same row have nothing in common that its contents decide.
func TestTwoSealsOfOneRowAreNothingAlike(t *testing.T) {
	at := time.UnixMilli(1_795_000_000_123)
	a := New("punches", "key", "", []byte("row"), []byte("出勤"), at)
	b := New("punches", "key", "", []byte("row"), []byte("出勤"), at)
	all := map[string][]byte{
		"salt of a": a.Salt, "salt of b": b.Salt, "salt of a's text": a.TextSalt, "salt of b's text": b.TextSalt,
		"leaf of a": a.Leaf, "leaf of b": b.Leaf, "leaf of a's text": a.TextLeaf, "leaf of b's text": b.TextLeaf,
	}
	for name, one := range all {
		if len(one) != sha256.Size {
			t.Errorf("%s has %d bytes", name, len(one))
		}
		for other, two := range all {
			if name < other && bytes.Equal(one, two) {
				t.Errorf("%s and %s are the same", name, other)
			}
		}
	}
}
