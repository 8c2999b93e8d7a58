package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"golang.org/x/crypto/argon2"
)

const (
	argonLanes = 1
	argonKey   = 32 // bytes

	hashesAtOnce = 2           // 64 MiB each
	hashesQueued = 16          // beyond that the answer is "later" at once
	hashWait     = time.Second // in the queue, at most
)

// cost is what the hash of one password takes.
type cost struct {
	memory uint32 // KiB
	passes uint32
}

// released is the cost in every program that people use. Only a program built with
// the race detector, for tests, spends less: see cost_race.go.
var released = cost{memory: 64 << 10, passes: 3}

// errHash is a stored hash that cannot be read.
var errHash = errors.New("stored password hash is not readable")

// Hasher computes Argon2id (64 MiB, 3 passes, 1 lane) for a few callers at once,
// so that log-ins cannot use up memory or processors. Make it with NewHasher.
type Hasher struct {
	running chan struct{}
	queued  chan struct{}
}

// NewHasher makes a Hasher.
func NewHasher() *Hasher {
	return &Hasher{running: make(chan struct{}, hashesAtOnce), queued: make(chan struct{}, hashesAtOnce+hashesQueued)}
}

// Hash returns the encoded hash of a normalised password with a fresh salt.
// Reason TOO_MANY_ATTEMPTS when too many wait already.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	var sum []byte
	err := h.turn(ctx, func() { sum = argon2.IDKey([]byte(password), salt, spent.passes, spent.memory, argonLanes, argonKey) })
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, spent.memory, spent.passes, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// Verify reports whether the normalised password has the encoded hash.
func (h *Hasher) Verify(ctx context.Context, encoded, password string) (bool, error) {
	var version int
	var memory, passes uint32
	var lanes uint8
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
	_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
	salt, err3 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err4 := base64.RawStdEncoding.DecodeString(parts[5])
	if errors.Join(err1, err2, err3, err4) != nil || version != argon2.Version || len(want) != argonKey {
		return false, errHash
	}
	var sum []byte
	err := h.turn(ctx, func() { sum = argon2.IDKey([]byte(password), salt, passes, memory, lanes, argonKey) })
	return err == nil && subtle.ConstantTimeCompare(sum, want) == 1, err
}

// turn runs work when a place is free.
func (h *Hasher) turn(ctx context.Context, work func()) error {
	select {
	case h.queued <- struct{}{}:
		defer func() { <-h.queued }()
	default:
		return tooMany(hashWait)
	}
	timer := time.NewTimer(hashWait)
	defer timer.Stop()
	select {
	case h.running <- struct{}{}:
		defer func() { <-h.running }()
	case <-timer.C:
		return tooMany(hashWait)
	case <-ctx.Done():
		return ctx.Err()
	}
	work()
	return nil
}

// reasonTooMany is the reason of an answer that says to come later.
const reasonTooMany = "TOO_MANY_ATTEMPTS"

func tooMany(wait time.Duration) error {
	return fault.New(fault.Exhausted, reasonTooMany, fault.Text{
		JA: "試行回数が多すぎます。しばらくしてからもう一度お試しください。",
		EN: "Too many attempts. Please try again later.",
	}).RetryAfter(wait)
}
