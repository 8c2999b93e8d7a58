// Package signing keeps the installation's Ed25519 key, with which it signs what others must be able to check later.
//
// It knows the key's file, and the public half with which anybody checks. It refuses to know what is signed.
package signing

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dakoku/dakoku/platform/internal/keyfile"
)

// Key signs, and tells its own signatures from others.
type Key struct{ private ed25519.PrivateKey }

// LoadOrCreate reads the key at path, or makes one when there is none. The file is PKCS #8 in PEM, mode 0600.
func LoadOrCreate(path string) (*Key, error) {
	key, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	unlock, err := keyfile.Lock(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", path, err)
	}
	defer unlock()
	if key, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		return key, err // made by another process meanwhile
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("signing key %s: %w", path, err)
	}
	return Load(path)
}

func create(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	return keyfile.Write(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Load reads the key at path; the error wraps fs.ErrNotExist when there is none.
func Load(path string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("signing key %s has mode %04o, so others than its owner may read it; run: chmod 600 %s", path, mode, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	damaged := fmt.Errorf("signing key %s is damaged: not an Ed25519 key; restore the file from your backup", path)
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, damaged
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, damaged // what the parser says may quote the key
	}
	private, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, damaged
	}
	return &Key{private}, nil
}

// Sign signs message.
func (k *Key) Sign(message []byte) []byte { return ed25519.Sign(k.private, message) }

// Signed tells whether this key made the signature of message.
func (k *Key) Signed(message, signature []byte) bool { return k.Public().Signed(message, signature) }

// ID names the key: 16 hexadecimal digits of the hash of its public half.
func (k *Key) ID() string { return k.Public().ID() }

// Public is the half that may be known to everybody.
func (k *Key) Public() Public {
	public, _ := k.private.Public().(ed25519.PublicKey) // is one, says the standard library
	return Public{public}
}

// Public tells the signatures of a key from others. Nobody can sign with it. The zero value knows no signature.
type Public struct{ key ed25519.PublicKey }

// ParsePublic reads what Bytes gave.
func ParsePublic(bytes []byte) (Public, error) {
	if len(bytes) != ed25519.PublicKeySize {
		return Public{}, fmt.Errorf("a public signing key has %d bytes, not %d", ed25519.PublicKeySize, len(bytes))
	}
	return Public{ed25519.PublicKey(bytes)}, nil
}

// Bytes is the key as RFC 8032 writes it, 32 bytes.
func (p Public) Bytes() []byte { return []byte(p.key) }

// Signed tells whether the key made the signature of message.
func (p Public) Signed(message, signature []byte) bool {
	return len(p.key) == ed25519.PublicKeySize && ed25519.Verify(p.key, message, signature)
}

// ID names the key: 16 hexadecimal digits of its hash.
func (p Public) ID() string {
	sum := sha256.Sum256(p.key)
	return hex.EncodeToString(sum[:8])
}
