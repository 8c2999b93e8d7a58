package seal

import (
	"fmt"

	"github.com/dakoku/dakoku/platform/config"
)

// NewSet makes a set of one new key for Source.Set.
func NewSet() (config.Secret, error) {
	r, err := newestRing()
	if err != nil {
		return "", err
	}
	return encode(r)
}

// AddToSet adds a new key that seals nothing yet. Give the result to every
// process before the next step.
func (s Source) AddToSet() (config.Secret, error) {
	return s.changed(func(r *ring) (*ring, error) {
		if id, waiting := r.waiting(); waiting {
			return nil, fmt.Errorf("key %d was added already; promote it first", id)
		}
		return r.added()
	})
}

// PromoteInSet makes the key that was added the one that seals. Every process
// must have it by then.
func (s Source) PromoteInSet() (config.Secret, error) {
	return s.changed(func(r *ring) (*ring, error) {
		id, waiting := r.waiting()
		if !waiting {
			return nil, fmt.Errorf("no key was added; key %d seals already", r.primary())
		}
		return r.promoted(id)
	})
}

// ReduceSet takes out the keys that were replaced. A rotation must have ended
// by then.
func (s Source) ReduceSet() (config.Secret, error) {
	return s.changed(func(r *ring) (*ring, error) { return r.without(r.replaced()) })
}

func (s Source) changed(change func(*ring) (*ring, error)) (config.Secret, error) {
	keys, err := s.parse()
	if err != nil {
		return "", err
	}
	next, err := change(keys.ring)
	if err != nil {
		return "", fmt.Errorf("%s: %w", s.Setting, err)
	}
	return encode(next)
}
