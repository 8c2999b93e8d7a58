package directory

import (
	"sync"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// noV2 is the code of a look-up that a connection has no keys for.
const noV2 = "NO_V2_CREDENTIALS"

// holds keep a connection from asking again before that can help. The zero
// value holds nothing.
type holds struct {
	mu    sync.Mutex
	until map[connectionKey]hold
}

type connectionKey struct{ tenant, connection string }

type hold struct {
	until   time.Time
	trouble error
}

// check returns the trouble that still holds; nil when one may ask.
func (h *holds) check(s Sender, now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if held := h.until[connectionKey{s.Tenant, s.Connection}]; now.Before(held.until) {
		return held.trouble
	}
	return nil
}

// note holds the connection after trouble and lets it go after success.
func (h *holds) note(s Sender, now time.Time, trouble error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := connectionKey{s.Tenant, s.Connection}
	if trouble == nil {
		delete(h.until, key)
		return
	}
	if h.until == nil {
		h.until = map[connectionKey]hold{}
	}
	h.until[key] = hold{until: now.Add(retryAfter(trouble)), trouble: trouble}
}

// retryAfter is when asking again can help.
func retryAfter(err error) time.Duration {
	if _, ours := fault.From(err); ours && !fault.HasReason(err, "UNAVAILABLE") {
		return later // no credentials: somebody has to enter them
	}
	switch f := lineworks.FailureOf(err); f.Class {
	case lineworks.Forbidden:
		if f.Code == noV2 {
			return soon // nobody was asked, and the keys may be entered just now
		}
		return later
	case lineworks.Unauthorized:
		if !f.Keys {
			return soon // perhaps it was revoked this very moment
		}
		return later
	case lineworks.Permanent, lineworks.NotFound:
		return later
	case lineworks.RateLimited:
		return max(f.Reset, soon)
	default:
		return soon
	}
}
