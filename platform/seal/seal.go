// Package seal keeps secrets that rest in a database or a file unreadable without
// the installation's key.
//
// It knows envelope encryption: every sealed value has a data key of its own
// (AES-256-GCM), which a key-encryption key wraps. The key-encryption keys come
// from a file, from the environment or from a key service, and can be replaced
// while everything runs. It knows where a value belongs and refuses to open it
// anywhere else. It refuses to know what the values are and where they are stored.
package seal

import (
	"encoding/binary"
	"errors"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrNotOpened means that a sealed value is damaged, belongs to another context
// or was sealed with a key that the keyring does not have.
var ErrNotOpened = errors.New("seal: the value cannot be opened here")

// ErrAway means that the key service did not answer: nothing is wrong with the
// value, and the call may be repeated later.
var ErrAway = errors.New("seal: the key service does not answer")

// Context says where a sealed value belongs. It is bound into the value as
// associated data and not stored: opening needs the same four strings.
type Context struct{ Tenant, Object, Purpose, Version string }

// bytes writes the fields with their lengths in front, so that no two contexts
// have the same form.
func (c Context) bytes() []byte {
	out := []byte("dakoku.seal.v1")
	for _, field := range []string{c.Tenant, c.Object, c.Purpose, c.Version} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(field)))
		out = append(out, field...)
	}
	return out
}

// Keyring seals with its primary key and opens with any of its keys, so the
// primary can be replaced while older values stay readable. Safe for concurrent use.
type Keyring struct {
	envelope tink.AEAD
	master   master
}

// master wraps data keys with key-encryption keys.
type master interface {
	// Encrypt wraps a data key with the primary key, Decrypt unwraps one with any key.
	tink.AEAD
	// header is what every data key begins with that the primary key has wrapped.
	header() ([]byte, error)
	// trace tells which key has wrapped a data key, and what became of that key.
	trace(wrapped []byte) (id string, state keyState)
}

// keyState is what may be done with a key-encryption key.
type keyState uint8

const (
	keyUnknown  keyState = iota // the keyring does not have it
	keyUsable                   // seals or opens
	keyDisabled                 // replaced; only what was overlooked is opened with it
)

func newKeyring(m master) *Keyring {
	return &Keyring{aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), m), m}
}

// Seal encrypts plain for one context. ErrAway when the key service is.
func (k *Keyring) Seal(c Context, plain []byte) ([]byte, error) {
	return k.envelope.Encrypt(plain, c.bytes())
}

// Open decrypts what Seal made for the same context; otherwise ErrNotOpened, or
// ErrAway when the key service does not answer.
func (k *Keyring) Open(c Context, sealed []byte) ([]byte, error) {
	plain, err := k.envelope.Decrypt(sealed, c.bytes())
	switch {
	case errors.Is(err, ErrAway):
		return nil, err
	case err != nil:
		return nil, ErrNotOpened
	}
	return plain, nil
}
