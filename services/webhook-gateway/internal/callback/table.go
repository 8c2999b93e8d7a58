package callback

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

// Endpoint is one callback URL.
type Endpoint struct {
	// Tenant and Connection are UUIDs.
	Tenant, Connection string
	// Token is the id of the callback token; empty when integration does not name it.
	Token string
	// Keys are the keys any one of which may have signed a callback.
	Keys []Key
}

// Key verifies the callbacks of one bot.
type Key struct {
	// Version decides the header that names the bot and the layout of the body.
	Version event.Version
	// Bot is the Bot ID (2.0) or Bot No (1.0).
	Bot string
	// Secret is the Bot Secret (2.0) or API ID (1.0) as text.
	Secret config.Secret
}

// TokenHash addresses an endpoint: the SHA-256 of its token.
type TokenHash [sha256.Size]byte

// Table holds every endpoint in memory, so that a token nobody knows costs no
// call and no query. The zero Table has never been loaded. Safe for concurrent use.
type Table struct {
	current atomic.Pointer[snapshot]
	mu      sync.Mutex
	next    chan struct{} // closed with the next snapshot; nil while nobody waits
	asked   chan struct{} // holds one word that somebody waits; nil before the first
	waiting waiters
}

type snapshot struct {
	version   int64
	endpoints map[TokenHash]Endpoint
	checked   time.Time
}

// ErrNotLoaded means that the endpoints were never read since the start.
var ErrNotLoaded = errors.New("callback endpoints were never loaded")

// Replace takes a whole table, read at the given time. An endpoint whose ids or
// keys cannot be is refused together with the table.
func (t *Table) Replace(version int64, endpoints map[TokenHash]Endpoint, at time.Time) error {
	for _, e := range endpoints {
		if err := e.check(); err != nil {
			return err
		}
	}
	t.put(&snapshot{version, endpoints, at})
	return nil
}

// check keeps out what would make every signature or every insert fail.
func (e Endpoint) check() error {
	if !isID(e.Tenant) || !isID(e.Connection) {
		return errors.New("endpoint: tenant and connection must be UUIDs")
	}
	if e.Token != "" && !isID(e.Token) {
		return fmt.Errorf("endpoint of connection %s: the token's id must be a UUID", e.Connection)
	}
	for _, k := range e.Keys {
		if k.Bot == "" || k.Secret.Reveal() == "" || (k.Version != event.V1 && k.Version != event.V2) {
			return fmt.Errorf("endpoint of connection %s: a signing key lacks version, bot or secret", e.Connection)
		}
	}
	return nil
}

// isID tells a UUID in the one form in which they are written. Readers of UUIDs take
// other forms, some of which PostgreSQL does not: every insert would fail.
func isID(id string) bool {
	parsed, err := uuid.Parse(id)
	return err == nil && parsed.String() == id
}

// confirm notes that the table was still current at the given time.
func (t *Table) confirm(at time.Time) {
	if s := t.current.Load(); s != nil {
		t.put(&snapshot{s.version, s.endpoints, at})
	}
}

// Version is the version held; 0 before the first load.
func (t *Table) Version() int64 {
	if s := t.current.Load(); s != nil {
		return s.version
	}
	return 0
}

// Checked is when the table was last known to be current; false before the first load.
func (t *Table) Checked() (time.Time, bool) {
	if s := t.current.Load(); s != nil {
		return s.checked, true
	}
	return time.Time{}, false
}

// find looks a token up; false also for a table that was never loaded.
func (t *Table) find(token string) (Endpoint, bool) {
	s := t.current.Load()
	if s == nil {
		return Endpoint{}, false
	}
	e, ok := s.endpoints[sha256.Sum256([]byte(token))]
	return e, ok
}
