package seal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// KeyService keeps key-encryption keys outside of our reach; the client of a
// cloud key service fits it with a few lines. Every value that is sealed or
// opened is one call. Implementations must be safe for concurrent use.
type KeyService interface {
	// Current is the id of the key to wrap with now, such as the name of a key
	// version: 1 to 255 bytes. It is asked for each time; keep it in memory.
	Current(ctx context.Context) (keyID string, err error)
	// Encrypt wraps a data key (a few dozen bytes) with that key.
	Encrypt(ctx context.Context, keyID string, dataKey []byte) (wrapped []byte, err error)
	// Decrypt unwraps what Encrypt made with that key. An error is taken for an
	// outage unless it wraps ErrNotOpened: the service answered, and refused.
	Decrypt(ctx context.Context, keyID string, wrapped []byte) (dataKey []byte, err error)
}

const (
	// servicePrefix begins what a key service has wrapped; the length of the
	// key's id (one byte) and the id follow, then what the service answered.
	servicePrefix = 0x02
	// servicePatience bounds one call; values are opened within transactions.
	servicePatience = 2 * time.Second
)

// remote wraps with a key service, and opens older values with the keyset that
// was used before.
type remote struct {
	service KeyService
	before  *local // nil: there are no older values
}

func (r *remote) Encrypt(dataKey, _ []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), servicePatience)
	defer cancel()
	id, err := r.current(ctx)
	if err != nil {
		return nil, err
	}
	wrapped, err := r.service.Encrypt(ctx, id, dataKey)
	if err != nil {
		return nil, away(err)
	}
	return append(serviceHeader(id), wrapped...), nil
}

func (r *remote) Decrypt(wrapped, bound []byte) ([]byte, error) {
	id, rest, ok := serviceKey(wrapped)
	if !ok {
		if r.before == nil {
			return nil, ErrNotOpened
		}
		return r.before.Decrypt(wrapped, bound)
	}
	ctx, cancel := context.WithTimeout(context.Background(), servicePatience)
	defer cancel()
	dataKey, err := r.service.Decrypt(ctx, id, rest)
	if err != nil {
		return nil, away(err)
	}
	return dataKey, nil
}

func (r *remote) header() ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), servicePatience)
	defer cancel()
	id, err := r.current(ctx)
	return serviceHeader(id), err
}

func (r *remote) trace(wrapped []byte) (string, keyState) {
	if id, _, ok := serviceKey(wrapped); ok {
		return id, keyUsable
	}
	if r.before == nil {
		return "", keyUnknown
	}
	return r.before.trace(wrapped)
}

func (r *remote) current(ctx context.Context) (string, error) {
	id, err := r.service.Current(ctx)
	switch {
	case err != nil:
		return "", away(err)
	case id == "" || len(id) > 255:
		return "", errors.New("seal: the key service names no key that can be noted")
	}
	return id, nil
}

func away(err error) error {
	if errors.Is(err, ErrNotOpened) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}

func serviceHeader(id string) []byte {
	return append([]byte{servicePrefix, byte(len(id))}, id...)
}

func serviceKey(wrapped []byte) (id string, rest []byte, ok bool) {
	if len(wrapped) < 2 || wrapped[0] != servicePrefix || len(wrapped) < 2+int(wrapped[1]) {
		return "", nil, false
	}
	end := 2 + int(wrapped[1])
	return string(wrapped[2:end]), wrapped[end:], true
}
