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

// stale reports whether the time of the last request is worth writing down.
func (s Session) stale(now time.Time) bool { return now.Sub(s.Used) >= touchEvery }
