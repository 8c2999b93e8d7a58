// Package evidence makes facts fit for a court: it seals them into one chain of salted hashes per company, signs where
// the chain stands, keeps the signatures outside the database, and finds what does not agree.
//
// It knows which tables hold facts, what is hashed and in which order things must be written down. It refuses to know
// what facts mean, and SQL.
package evidence

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// Form is how rows are written for hashing. A form never changes; another one gets another number. Form 1 had no Subject.
const Form = 2

// Seal is one sealed fact.
type Seal struct {
	Position       int64
	Fact, Key      string // the table, and the JSON array of what finds the row
	Subject        string // of rows that end: a JSON array that tells whose record it is of, and stays when the row goes
	Form           int16
	Salt, TextSalt []byte // nil once erased
	Leaf, TextLeaf []byte // TextLeaf is empty for facts without a text
	At             time.Time
	Link           Hash
}

// New seals a row. content is the sealed text behind its wrapped key, nil without one.
func New(fact, key, subject string, canonical, content []byte, at time.Time) (s Seal) {
	s = Seal{Fact: fact, Key: key, Subject: subject, Form: Form, Salt: salt(), At: at, TextLeaf: []byte{}}
	s.Leaf = s.LeafOf(canonical)
	if content != nil {
		s.TextSalt = salt()
		s.TextLeaf = s.TextLeafOf(content)
	}
	return s
}

func salt() []byte {
	bytes := make([]byte, sha256.Size)
	_, _ = rand.Read(bytes) // never fails
	return bytes
}

// LeafOf is the hash of the row as it should be.
func (s Seal) LeafOf(canonical []byte) []byte {
	h := hash([]byte("dakoku.fact.v1"), s.Salt, []byte(s.Fact), []byte(s.Key), canonical)
	return h[:]
}

// TextLeafOf is the hash of the row's text as it should be.
func (s Seal) TextLeafOf(content []byte) []byte {
	h := hash([]byte("dakoku.text.v1"), s.TextSalt, []byte(s.Fact), []byte(s.Key), content)
	return h[:]
}

// LinkAfter is the link of this seal behind another. Everything is in it but the salts, which may be erased.
func (s Seal) LinkAfter(before Hash, tenant string) Hash {
	parts := [][]byte{
		[]byte("dakoku.link.v1"), before[:], []byte(tenant), number(s.Position), []byte(s.Fact), []byte(s.Key),
		number(int64(s.Form)), s.Leaf, s.TextLeaf, number(s.At.UnixMilli()),
	}
	if s.Form > 1 || s.Subject != "" {
		parts = append(parts, []byte(s.Subject))
	}
	return hash(parts...)
}

// hash writes the parts with their lengths in front, so that no two lists of parts have the same form.
func hash(parts ...[]byte) Hash {
	var room [1024]byte // more than the parts of most facts have
	all := room[:0]
	for _, part := range parts {
		all = binary.BigEndian.AppendUint64(all, uint64(len(part)))
		all = append(all, part...)
	}
	return sha256.Sum256(all)
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
