package identity

import "time"

// The kinds of an Actor.
const (
	ByAccount    = "account"    // a person with a session
	ByKey        = "apiKey"     // a program
	ByInvitation = "invitation" // the holder of a one-time link
	BySetup      = "setup"      // the holder of the setup secret
	ByOperator   = "operator"   // a command of the person who runs the installation
)

// Place is where a request came from; the zero value is not known.
type Place struct {
	Address string // network address of the client
	Agent   string // what the browser calls itself, at most 200 characters
	Request string // id of the request, as in the log
}

// Actor is who makes a change and from where.
type Actor struct {
	Tenant  string
	Kind    string
	ID      string // account, key or invitation; empty for the others
	Session string // empty without one
	Place   Place
}

// Values are what the audit says of a thing before or after a change; never a
// secret, a hash or a code. nil says that there was no such thing.
type Values map[string]any

// Record is one row of the audit. The store writes it in the transaction of the
// change, or not at all.
type Record struct {
	ID       string
	Tenant   string
	Time     time.Time
	Actor    Actor
	Action   string // stable UPPER_SNAKE name
	Resource string // resource name of what was changed
	Before   Values
	After    Values
}

// did makes the record of a change.
func (a Actor) did(now time.Time, action, resource string, before, after Values) Record {
	return Record{
		ID: newID(), Tenant: a.Tenant, Time: now, Actor: a,
		Action: action, Resource: resource, Before: before, After: after,
	}
}

// OfSessions is the record of the end of these sessions. It tells how many of them
// worked until then, as the list of sessions shows them: one that was idle for too
// long, or is too old, had ended by itself.
func (r Record) OfSessions(ended []Session) Record {
	live := 0
	for _, s := range ended {
		if s.LiveAt(r.Time) {
			live++
		}
	}
	r.Before, r.After = Values{"sessions": live}, Values{"sessions": 0}
	return r
}

// mayGrant reports whether the actor may hand out what the account may do: a
// program gives nobody the rights of an administrator, which would outlive it.
func (a Actor) mayGrant(to Account) bool {
	return a.Kind != ByKey || to.Role != Administrator || to.State == Deactivated
}

// own makes the actor of a person who proved to be an account.
func own(account Account, session string, place Place) Actor {
	return Actor{Tenant: account.Tenant, Kind: ByAccount, ID: account.ID, Session: session, Place: place}
}
