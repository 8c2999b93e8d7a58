package evidence

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dakoku/dakoku/platform/signing"
)

// Signers is the file that tells whose signatures count, beside the file of checkpoints: one JSON object on each line,
// the public half of a key from when it began to sign. It is only ever made longer, so that a checkpoint can be checked
// when the key that signed it is lost or replaced. Several processes may use one file.
type Signers struct{ Path string }

// Signature is a key whose signatures count.
type Signature struct {
	signing.Public
	Since time.Time // when it was announced, by the database's clock; zero for a key that was not
}

type signerLine struct {
	Key    string    `json:"key"`
	Public string    `json:"public_key"`
	Since  time.Time `json:"since"`
}

// Announce writes that from now on the key signs, unless the last line says so, and returns when that is on the disk.
// again tells that another key signed before.
func (s Signers) Announce(key Signer, now time.Time) (again bool, err error) {
	known, err := s.Read()
	if err != nil || signsNow(known, key) {
		return false, err
	}
	err = lengthen(s.Path, func(text []byte) ([]byte, error) {
		known, err := parseSigners(text)
		if again = len(known) > 0; err != nil || signsNow(known, key) {
			return nil, err
		}
		line, err := json.Marshal(signerLine{key.ID(), hex.EncodeToString(key.Public().Bytes()), now.UTC().Truncate(time.Second)})
		return append(line, '\n'), err
	})
	return again, err
}

// signsNow tells whether the key is the last one.
func signsNow(known []Signature, key Verifier) bool {
	return len(known) > 0 && known[len(known)-1].ID() == key.ID()
}

// Read returns every key in the order of the announcements; none when there is no file.
func (s Signers) Read() ([]Signature, error) {
	text, err := lines(s.Path)
	if err != nil {
		return nil, err
	}
	return parseSigners(text)
}

func parseSigners(text []byte) (known []Signature, err error) {
	for one := range bytes.Lines(text) {
		var l signerLine
		if err := json.Unmarshal(one, &l); err != nil {
			return nil, fmt.Errorf("a line is no signing key: %w", err)
		}
		public, err := hex.DecodeString(l.Public)
		if err != nil {
			return nil, fmt.Errorf("a line is no signing key: %w", err)
		}
		key, err := signing.ParsePublic(public)
		if err != nil || key.ID() != l.Key {
			return nil, fmt.Errorf("a line is no signing key: %q does not belong to its public key", l.Key)
		}
		known = append(known, Signature{key, l.Since})
	}
	return known, nil
}
