package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dakoku/dakoku/platform/internal/keyfile"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// read loads a keyring that only its owner can read. The file is Tink's JSON
// form of a keyset; its protection is the mode 0600 in a 0700 directory.
func read(path string) (*Keyring, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("sealing key %s has mode %04o, so others than its owner may read it; run: chmod 600 %s", path, mode, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
	if err != nil {
		return nil, corrupt(path)
	}
	keys, err := newKeyring(handle)
	if err != nil {
		return nil, corrupt(path)
	}
	return keys, nil
}

// corrupt leaves out what the parser said: it may quote the key.
func corrupt(path string) error {
	return fmt.Errorf("sealing key %s is damaged: not a keyset for AES-GCM; restore the file from your backup", path)
}

// create makes a keyring, or reads the one that another process has just made.
func create(path string) (*Keyring, error) {
	unlock, err := keyfile.Lock(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("sealing key %s: %w", path, err)
	}
	defer unlock()
	if keys, err := read(path); !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if err := generate(path); err != nil {
		return nil, fmt.Errorf("sealing key %s: %w", path, err)
	}
	return read(path)
}

func generate(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	var buffer bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&buffer)); err != nil {
		return err
	}
	return keyfile.Write(path, buffer.Bytes())
}
