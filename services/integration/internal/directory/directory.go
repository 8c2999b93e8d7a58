// Package directory says which employee the sender of a callback is. API 1.0
// names the login id; API 2.0 names a userId that LINE WORKS is asked about once
// and that is then remembered with the link: from then on the person is known by
// the userId, whatever becomes of the login id.
//
// It knows when an answer is fresh, when to ask and when to wait. It refuses to
// know SQL, HTTP and what employees are.
package directory

import (
	"context"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/singleflight"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// linkedLife is how long a remembered login id of a linked person holds;
	// login ids can change.
	linkedLife = 24 * time.Hour
	// unlinkedLife is how long "linked to nobody" and "no such user" hold.
	unlinkedLife = time.Minute
	// lookups run at the same time in all.
	maxLookups = 8
)

// Sender is a person as a callback names them.
type Sender struct {
	Tenant, Connection string
	Version            credential.Version
	User               string
}

// State tells how far a sender is known.
type State uint8

// The states. The zero value is none.
const (
	_ State = iota
	Linked
	Unlinked
	Pending
	Inactive // the connection records nothing
)

// Answer says who a sender is. Employee is set when Linked, RetryAfter when
// Pending.
type Answer struct {
	State      State
	Employee   string
	RetryAfter time.Duration
	Receipt    link.Receipt // of Linked: by which link
}

// Question is what to read about one organization.
type Question struct{ Connections, Users, Accounts []string }

// Remembered is what LINE WORKS said about a userId; an empty LoginID means that it
// named none that anybody could be linked with.
type Remembered struct {
	LoginID    string
	Gone       bool // it knows no such user
	Checked    time.Time
	Connection string // that LINE WORKS was asked by
	Rival      bool   // it was asked about somebody else than who wrote
}

// Person is whom an account belongs to. User is empty until LINE WORKS named it.
type Person struct {
	Account, User, Employee string
	Gone                    bool // LINE WORKS did not know the person
	// Seq and Head are the newest entry of the organization's history of links when
	// the link was read, and its digest; 0 without history.
	Seq  int64
	Head link.Digest
}

// Known is what is stored: states by connection, senders by userId, and linked
// people by account and by userId. Make it with NewKnown.
type Known struct {
	States    map[string]string
	Senders   map[string]Remembered
	byAccount map[string]Person
	byUser    map[string]Person
}

// NewKnown knows nothing yet.
func NewKnown() Known {
	return Known{
		States: map[string]string{}, Senders: map[string]Remembered{},
		byAccount: map[string]Person{}, byUser: map[string]Person{},
	}
}

// Add takes a linked person in.
func (k Known) Add(p Person) {
	k.byAccount[p.Account] = p
	if p.User != "" {
		k.byUser[p.User] = p
	}
}

// Miss is a sender who tried to punch and was linked to nobody. Times is how many
// of the events were punches.
type Miss struct {
	Connection string
	Version    credential.Version
	Sender     string // userId, or in API 1.0 the login id in its one spelling
	Times      int
}

// Account is the login id of the sender as far as it is known, in its one
// spelling; empty when it is not.
func (m Miss) Account(known Known) string {
	if m.Version != credential.V2 {
		return m.Sender
	}
	return Key(known.Senders[m.Sender].LoginID)
}

// Store remembers people.
type Store interface {
	People(ctx context.Context, tenant string, q Question) (Known, error)
	// Remember stores an answer. rival is the userId of another person who is
	// linked with the same login id and not known to be gone; empty if nobody is.
	Remember(ctx context.Context, tenant, user string, r Remembered) (rival string, err error)
	Miss(ctx context.Context, tenant string, misses []Miss) error
	// SealedKeys lists the sets of keys that may be used, the best first.
	SealedKeys(ctx context.Context, tenant, connection string) ([]vault.Sealed, error)
	// BeginLookUp tells how the look-ups of a connection stand. A positive wait: this
	// person is not asked about for so long; otherwise the caller asks and then calls
	// SettleLookUp.
	BeginLookUp(ctx context.Context, tenant, connection, user string) (seen Standing, wait time.Duration, err error)
	// SettleLookUp notes what LINE WORKS answered; the state if that changes it.
	SettleLookUp(ctx context.Context, tenant, connection, user string, seen Standing, v Verdict) (changed connection.State, err error)
	// SpendCall takes a look-up out of the connection's budget, which all
	// processes share; a positive wait: it has none for so long.
	SpendCall(ctx context.Context, tenant, connection string, api lineworks.API) (wait time.Duration, err error)
	// SpendSpare takes one for which no punch waits, out of what those leave.
	SpendSpare(ctx context.Context, tenant, connection string, api lineworks.API) (wait time.Duration, err error)
	// LearnCalls takes over what an answer said about the limit.
	LearnCalls(ctx context.Context, tenant, connection string, api lineworks.API, rate lineworks.Rate) error
}

// Tokens hands out access tokens.
type Tokens interface {
	Token(ctx context.Context, k vault.Sealed) (access.Grant, error)
	Renew(ctx context.Context, k vault.Sealed, refused access.Grant) (access.Grant, error)
}

// Platform looks people up.
type Platform interface {
	Person(ctx context.Context, token credential.Secret, who string) (lineworks.Member, lineworks.Rate, error)
}

// Resolver resolves senders. Make it with New.
type Resolver struct {
	store    Store
	tokens   Tokens
	platform Platform
	now      func() time.Time
	log      *zap.Logger
	slots    chan struct{}
	flights  singleflight.Group
	holds    holds
}

// New makes a resolver.
func New(store Store, tokens Tokens, platform Platform, now func() time.Time, log *zap.Logger) *Resolver {
	return &Resolver{store: store, tokens: tokens, platform: platform, now: now, log: log, slots: make(chan struct{}, maxLookups)}
}

// Key is the spelling under which an account is linked.
func Key(account string) string { return link.Key(account) }

// linkedTo finds the person whom a sender is linked as. A userId that is known
// decides; a login id links only somebody whose userId is not known to be
// another. The account that a person typed may be the userId itself, in whatever
// case; it stands for nobody else once the exact userId is known.
func (k Known) linkedTo(s Sender) (Person, bool) {
	if s.Version != credential.V2 {
		p, ok := k.byAccount[Key(s.User)]
		return p, ok
	}
	if p, ok := k.byUser[s.User]; ok {
		return p, true
	}
	if p, ok := k.byAccount[Key(s.User)]; ok && p.User == "" {
		return p, true
	}
	p, ok := k.byAccount[Key(k.Senders[s.User].LoginID)]
	return p, ok && p.User == ""
}

// receipt says how the sender was found to be the person.
func (p Person) receipt(s Sender) link.Receipt {
	r := link.Receipt{Seq: p.Seq, Head: p.Head, Sender: link.ByAccount(s.Tenant, p.Account)}
	if s.Version == credential.V2 && p.User == s.User {
		r.Sender = link.ByUser(s.Tenant, p.User)
	}
	return r
}

// decide answers from what is known; ask tells that LINE WORKS should be asked
// first.
func (k Known) decide(s Sender, now time.Time) (answer Answer, ask bool) {
	if !connection.State(k.States[s.Connection]).Records() {
		return Answer{State: Inactive}, false
	}
	p, linked := k.linkedTo(s)
	answer = Answer{State: Unlinked}
	if linked {
		answer = Answer{State: Linked, Employee: p.Employee, Receipt: p.receipt(s)}
	}
	if s.Version != credential.V2 || !lineworks.Possible(s.User) {
		return answer, false
	}
	age := now.Sub(k.Senders[s.User].Checked)
	return answer, age >= life(p, linked)
}

// life is how long an answer of LINE WORKS holds. Somebody who is linked by what
// was typed alone is asked about at once, so that the userId gets to the link;
// somebody who was gone, or whose login id went to another person, soon.
func life(p Person, linked bool) time.Duration {
	switch {
	case linked && p.User == "":
		return 0
	case !linked, p.Gone, p.Account == Key(p.User):
		return unlinkedLife
	default:
		return linkedLife
	}
}

// Has tells that somebody who was missed is linked after all.
func (k Known) Has(m Miss) bool {
	_, linked := k.linkedTo(Sender{Version: m.Version, User: m.Sender})
	return linked
}
