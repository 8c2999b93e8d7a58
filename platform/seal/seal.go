// Package seal keeps secrets that rest in a database or a file unreadable without
// the installation's key.
//
// It knows envelope encryption: every sealed value has a data key of its own
// (AES-256-GCM), which the key-encryption key of the keyring wraps, so a cloud
// key service can take the keyring's place later. It knows where a value belongs
// and refuses to open it anywhere else. It refuses to know what the values are
// and where they are stored.
package seal

import (
	"encoding/binary"
	"errors"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrNotOpened means that a sealed value is damaged, belongs to another context
// or was sealed with a key that the keyring does not have.
var ErrNotOpened = errors.New("seal: the value cannot be opened here")

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
// primary can be replaced while older values stay readable.
type Keyring struct{ envelope tink.AEAD }

func newKeyring(handle *keyset.Handle) (*Keyring, error) {
	wrap, err := aead.New(handle)
	if err != nil {
		return nil, err
	}
	return &Keyring{aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), wrap)}, nil
}

// Seal encrypts plain for one context.
func (k *Keyring) Seal(c Context, plain []byte) ([]byte, error) {
	return k.envelope.Encrypt(plain, c.bytes())
}

// Open decrypts what Seal made for the same context; otherwise ErrNotOpened.
func (k *Keyring) Open(c Context, sealed []byte) ([]byte, error) {
	plain, err := k.envelope.Decrypt(sealed, c.bytes())
	if err != nil {
		return nil, ErrNotOpened
	}
	return plain, nil
}
