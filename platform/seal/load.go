package seal

import (
	"context"
	"errors"
	"fmt"
)

// Check keeps one sealed value beside the sealed data. It proves at start-up
// that the keys are the keys of this data.
type Check interface {
	// LoadCheck returns the stored value; nil when there is none yet.
	LoadCheck(ctx context.Context) ([]byte, error)
	// SaveCheck stores the value if there is none yet, and may keep an earlier one.
	SaveCheck(ctx context.Context, sealed []byte) error
}

var checkContext = Context{Object: "keyring", Purpose: "check", Version: "1"}

// LoadOrCreate is Load from a file.
func LoadOrCreate(ctx context.Context, path string, check Check) (*Keyring, error) {
	return Load(ctx, Source{Path: path}, check)
}

// Load opens the keyring, and makes a key file when nothing was sealed yet. Each
// error is one line that says the way out and shows nothing of a key; there is
// never a fallback to plain text.
func Load(ctx context.Context, s Source, check Check) (*Keyring, error) {
	proof, err := check.LoadCheck(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: read the check value: %w", s.name(), err)
	}
	keys, err := s.open(proof != nil)
	if err != nil {
		return nil, err
	}
	if err := keys.settle(ctx, s, check, proof); err != nil {
		return nil, err
	}
	return keys, nil
}

// Resume opens the keyring of a source that has sealed before, for a program that
// starts while its database is away. Nothing of the database may be sealed or
// opened before Prove.
func Resume(s Source) (*Keyring, error) { return s.open(true) }

// Prove is the part of Load that Resume leaves out.
func (k *Keyring) Prove(ctx context.Context, s Source, check Check) error {
	proof, err := check.LoadCheck(ctx)
	if err != nil {
		return fmt.Errorf("%s: read the check value: %w", s.name(), err)
	}
	return k.settle(ctx, s, check, proof)
}

// settle proves that the keys are those of the data; where nothing was sealed yet
// it makes the proof.
func (k *Keyring) settle(ctx context.Context, s Source, check Check, proof []byte) (err error) {
	if proof == nil {
		// Of two first starts on one database only one key stays.
		if proof, err = firstProof(ctx, k, check); err != nil {
			return fmt.Errorf("%s: store the check value: %w", s.name(), err)
		}
	}
	if id, state := k.keyOf(proof); state == keyDisabled {
		return fmt.Errorf("%s: this database is sealed with key %s, which was replaced and is disabled, so the database is older than the key; "+
			"if you restored it on purpose, run the command rotate, which moves it to the current key, otherwise point to the right database", s.name(), id)
	}
	return k.prove(s, proof)
}

// prove opens the check value, with any key.
func (k *Keyring) prove(s Source, proof []byte) error {
	_, err := k.Open(checkContext, proof)
	switch {
	case errors.Is(err, ErrAway):
		return fmt.Errorf("%s: %w", s.name(), err)
	case err != nil:
		return fmt.Errorf("%s is not the key that sealed the data in this database; %s, or point to the right database", s.name(), s.remedy())
	}
	return nil
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
