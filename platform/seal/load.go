package seal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Check keeps one sealed value beside the sealed data. It proves at start-up
// that the key on disk is the key of this data.
type Check interface {
	// LoadCheck returns the stored value; nil when there is none yet.
	LoadCheck(ctx context.Context) ([]byte, error)
	// SaveCheck stores the value if there is none yet, and may keep an earlier one.
	SaveCheck(ctx context.Context, sealed []byte) error
}

var checkContext = Context{Object: "keyring", Purpose: "check", Version: "1"}

// LoadOrCreate reads the keyring at path, or makes one when nothing was sealed
// yet. Each error is one line that says the way out; there is never a fallback
// to plain text.
func LoadOrCreate(ctx context.Context, path string, check Check) (*Keyring, error) {
	proof, err := check.LoadCheck(ctx)
	if err != nil {
		return nil, fmt.Errorf("sealing key %s: read the check value: %w", path, err)
	}
	keys, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if proof != nil {
			return nil, fmt.Errorf("sealing key %s is missing, but the database holds data sealed with it; restore the file from your backup", path)
		}
		keys, err = create(path)
	}
	if err != nil {
		return nil, err
	}
	return proved(ctx, path, keys, proof, check)
}

// proved returns the keyring when it opens the check value. Without one it stores
// one and reads it back: of two first starts on one database only one key stays.
func proved(ctx context.Context, path string, keys *Keyring, proof []byte, check Check) (*Keyring, error) {
	if proof == nil {
		stored, err := firstProof(ctx, keys, check)
		if err != nil {
			return nil, fmt.Errorf("sealing key %s: store the check value: %w", path, err)
		}
		proof = stored
	}
	if _, err := keys.Open(checkContext, proof); err != nil {
		return nil, fmt.Errorf("sealing key %s is not the key that sealed the data in this database; restore the right file from your backup, or point to the right database", path)
	}
	return keys, nil
}

func firstProof(ctx context.Context, keys *Keyring, check Check) ([]byte, error) {
	sealed, err := keys.Seal(checkContext, []byte("dakoku"))
	if err != nil {
		return nil, err
	}
	if err := check.SaveCheck(ctx, sealed); err != nil {
		return nil, err
	}
	return check.LoadCheck(ctx)
}
