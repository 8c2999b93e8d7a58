package seal

import (
	"encoding/binary"
	"errors"
)

// lengthBytes is how many bytes give the length of the wrapped data key, at the
// start of a sealed value. The wrapped data key and the payload follow.
const lengthBytes = 4

// split takes a sealed value apart.
func split(sealed []byte) (wrapped, payload []byte, ok bool) {
	if len(sealed) <= lengthBytes {
		return nil, nil, false
	}
	size, rest := binary.BigEndian.Uint32(sealed), sealed[lengthBytes:]
	if size == 0 || uint64(size) >= uint64(len(rest)) {
		return nil, nil, false
	}
	return rest[:size], rest[size:], true
}

// Rewrap wraps the data key of a sealed value anew with the primary key. The
// payload and the context it is bound to stay as they are, and are not looked at.
// ErrNotOpened when the keyring cannot unwrap the data key, ErrAway when the key
// service does not answer.
func (k *Keyring) Rewrap(sealed []byte) ([]byte, error) {
	wrapped, payload, ok := split(sealed)
	if !ok {
		return nil, ErrNotOpened
	}
	dataKey, err := k.master.Decrypt(wrapped, nil)
	if errors.Is(err, ErrAway) {
		return nil, err
	}
	if err != nil {
		return nil, ErrNotOpened
	}
	defer clear(dataKey)
	again, err := k.master.Encrypt(dataKey, nil)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, lengthBytes+len(again)+len(payload))
	out = binary.BigEndian.AppendUint32(out, uint32(len(again)))
	return append(append(out, again...), payload...), nil
}

// keyOf tells which key has wrapped the data key of a sealed value.
func (k *Keyring) keyOf(sealed []byte) (string, keyState) {
	wrapped, _, ok := split(sealed)
	if !ok {
		return "", keyUnknown
	}
	return k.master.trace(wrapped)
}
