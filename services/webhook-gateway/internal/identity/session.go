package identity

import "time"

const (
	sessionIdle = 30 * time.Minute // without a request
	sessionLife = 12 * time.Hour   // in all
	touchEvery  = time.Minute      // how exactly the idle time is kept
)

// Session is a log-in. Its secret is known to the browser alone.
type Session struct {
	ID      string // names the session in lists and log-outs; not a secret
	Tenant  string
	Account string
	Hash    []byte // of the secret
	Created time.Time
	Used    time.Time // last request, to the minute
	Address string    // where the log-in came from; empty when not known
	Agent   string    // what the browser called itself
	Proved  time.Time // when the person last proved to be who it is
}

// Replaced is the live session that a browser had before it logged in, of whatever
// account and organization; the zero value is none.
type Replaced struct {
	Tenant, Account, Session string
	// Required says that no session begins once this one has ended: it is that of a
	// proof, which a log-out or a change of rights meanwhile outdoes.
	Required bool
	// Record is noted in its organization when that is not the one of the new
	// session, which then says nothing of it.
	Record Record
}

// record says that the session was left; nothing of what the browser went to.
func (r Replaced) record(now time.Time, place Place) Record {
	session := Session{ID: r.Session}
	return own(Account{ID: r.Account, Tenant: r.Tenant}, r.Session, place).
		did(now, "LOG_OUT", session.resource(), Values{"account": r.Account}, nil)
}

// Expires is when the session ends at the latest.
func (s Session) Expires() time.Time { return s.Created.Add(sessionLife) }

// resource is the name of the session in the audit.
func (s Session) resource() string { return "sessions/" + s.ID }

// LiveAt reports whether the session may be used: not idle for 30 minutes and
// not older than 12 hours.
func (s Session) LiveAt(now time.Time) bool {
	return now.Before(s.Used.Add(sessionIdle)) && now.Before(s.Created.Add(sessionLife))
}

// ProvedAt reports whether the last proof of identity is fresh enough for what
// asks for one: not older than ten minutes.
func (s Session) ProvedAt(now time.Time) bool { return now.Before(s.Proved.Add(proofLife)) }

// stale reports whether the time of the last request is worth writing down.
func (s Session) stale(now time.Time) bool { return now.Sub(s.Used) >= touchEvery }
