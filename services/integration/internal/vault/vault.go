// Package vault opens the stored keys of connections, and is the only one that
// can. It writes down each use of a set, by whom and what for, before the set is
// handed out; what cannot be written down stays sealed. What our own processes use
// without being asked is kept open in memory for at most an hour, for the same caller
// and purpose, which saves opening it and no line of the ledger.
//
// It knows callers, purposes and the form in which a set is sealed. It refuses
// to know SQL and what the keys are used for afterwards.
package vault

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// keptFor is how long an opened set may stay in memory: opening one may be a call to
// a key service.
const keptFor = time.Hour

// Purpose is what a set is opened for, as administrators read it.
type Purpose string

// The purposes.
const (
	SignCallbacks Purpose = "SIGN_CALLBACKS" // give the public door what verifies callbacks
	FetchToken    Purpose = "FETCH_TOKEN"    // ask LINE WORKS for an access token
	CallV1        Purpose = "CALL_API_V1"    // API ID and consumer key are part of each call
	Test          Purpose = "TEST"           // look whether they work
	SetBotUp      Purpose = "SET_BOT_UP"     // change the bot at LINE WORKS
	Enter         Purpose = "ENTER"          // ask LINE WORKS about keys that are entered
	Validate      Purpose = "VALIDATE"       // the same, of keys that are not to be stored
)

// Sealed is a stored set that nobody has opened, with what may be known of it.
type Sealed struct {
	Tenant, Connection, ID string
	Revision               int64
	Version                credential.Version
	Bot                    string // Bot ID (2.0) or Bot No (1.0)
	PrivateKey             string // fingerprint
	Box                    []byte // what Seal made
}

// Use is one occasion on which a set is opened.
type Use struct {
	Tenant, Connection, Set string
	Time                    time.Time
	Caller                  string // process, on whose behalf, and for a person's request the account
	Purpose                 Purpose
	PrivateKey              string // fingerprint
	Routine                 bool   // of our own process, without a person or program that asked for it
}

// Ledger remembers uses for ever.
type Ledger interface {
	// RecordUses has committed all the uses when it returns nil.
	RecordUses(ctx context.Context, uses []Use) error
}

// Vault opens sets. Make it with New; it is safe for concurrent use.
type Vault struct {
	keys    *seal.Keyring
	ledger  Ledger
	process string
	now     func() time.Time
	mu      sync.Mutex
	open    map[handle]opened
}

// handle is what an opened set was written down for.
type handle struct {
	tenant, connection, set, caller string
	revision                        int64
	purpose                         Purpose
}

type opened struct {
	set   credential.Set
	until time.Time
}

// New makes a vault that opens with keys and names itself process.
func New(keys *seal.Keyring, ledger Ledger, process string, now func() time.Time) *Vault {
	return &Vault{keys: keys, ledger: ledger, process: process, now: now, open: map[handle]opened{}}
}

// Opened is the end of one opening: the set, or why it cannot be read.
type Opened struct {
	Set credential.Set
	Err error
}

// Open opens one set. The error is the ledger's, or tells that the set cannot be
// read.
func (v *Vault) Open(ctx context.Context, p Purpose, s Sealed) (credential.Set, error) {
	out, err := v.OpenAll(ctx, p, []Sealed{s})
	if err != nil {
		return credential.Set{}, err
	}
	return out[0].Set, out[0].Err
}

// OpenAll opens many sets in their order; one that cannot be read hurts no other.
// The error is the ledger's, and then nothing was opened.
func (v *Vault) OpenAll(ctx context.Context, p Purpose, sets []Sealed) ([]Opened, error) {
	caller, routine := v.caller(ctx)
	uses := make([]Use, len(sets))
	for i, s := range sets {
		uses[i] = Use{Tenant: s.Tenant, Connection: s.Connection, Set: s.ID, Time: v.now(), Caller: caller, Purpose: p, PrivateKey: s.PrivateKey, Routine: routine}
	}
	if len(sets) == 0 {
		return nil, nil
	}
	if err := v.ledger.RecordUses(ctx, uses); err != nil {
		return nil, unwritten(err)
	}
	out := make([]Opened, len(sets))
	for i, s := range sets {
		h := s.handle(caller, p)
		if set, found := v.recall(h); found {
			out[i].Set = set
			continue
		}
		if out[i].Set, out[i].Err = unseal(v.keys, s); routine && out[i].Err == nil {
			v.keep(h, out[i].Set)
		}
	}
	return out, nil
}

// Note writes down that keys which nobody has sealed yet are about to be used: what
// somebody enters. set is the id that they have once they are stored. The error is the
// ledger's, and then they may not be used.
func (v *Vault) Note(ctx context.Context, p Purpose, tenant, conn, set string, entered credential.Set) error {
	caller, routine := v.caller(ctx)
	use := Use{Tenant: tenant, Connection: conn, Set: set, Time: v.now(), Caller: caller, Purpose: p,
		PrivateKey: entered.Fingerprints().PrivateKey, Routine: routine}
	if err := v.ledger.RecordUses(ctx, []Use{use}); err != nil {
		return unwritten(err)
	}
	return nil
}

// unwritten is the fault for keys that stay sealed because nobody could write
// down that they are opened.
func unwritten(err error) error {
	return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{
		JA: "鍵の使用記録を書き込めないため、鍵を使えません。しばらくしてからもう一度お試しください。",
		EN: "The keys cannot be used, because their use cannot be recorded. Please try again later.",
	}).Because(fmt.Errorf("record the use of keys: %w", err))
}

func (s Sealed) handle(caller string, p Purpose) handle {
	return handle{tenant: s.Tenant, connection: s.Connection, set: s.ID, revision: s.Revision, caller: caller, purpose: p}
}

func (v *Vault) recall(h handle) (credential.Set, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	found, ok := v.open[h]
	if !ok || !v.now().Before(found.until) {
		return credential.Set{}, false
	}
	return found.set, true
}

// keep remembers an opened set and forgets those whose hour is over.
func (v *Vault) keep(h handle, set credential.Set) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	maps.DeleteFunc(v.open, func(_ handle, o opened) bool { return !now.Before(o.until) })
	v.open[h] = opened{set: set, until: now.Add(keptFor)}
}

type behalfKey struct{}

// OnBehalf names the person or program (accounts/{account}, apiKeys/{key}) for whom
// this process opens keys under ctx when nobody is calling it: who started what it
// works on.
func OnBehalf(ctx context.Context, whom string) context.Context {
	return context.WithValue(ctx, behalfKey{}, whom)
}

// caller names who opens: this process, the process that asked it, and the
// person or program for whom that one asks. Routine: there is none.
func (v *Vault) caller(ctx context.Context) (name string, routine bool) {
	peer := rpc.PeerName(ctx)
	if peer == "" {
		if whom, ok := ctx.Value(behalfKey{}).(string); ok && whom != "" {
			return v.process + " " + whom, false
		}
		return v.process, true
	}
	name = v.process + " for " + peer
	c, ok := rpc.CallerFrom(ctx)
	switch {
	case !ok || c.Account == "":
		return name, true
	case c.Kind == rpc.KindAPIKey:
		return name + " apiKeys/" + c.Account, false
	}
	return name + " accounts/" + c.Account, false
}
