package identity

import "context"

// Caller is who stands at the door.
type Caller struct {
	Tenant  string
	ID      string // account or API key
	Role    Role
	Session string // id of the session; empty for an API key
	Proved  bool   // the last proof of identity at the session is fresh; false for an API key

	// Departments that a manager is responsible for; none means all, and other roles have none.
	Departments []string
	// Employee is the person whose account it is, of now; empty for an account that is nobody's and for an API key.
	Employee string
}

// BySession finds the caller of a session cookie. The database is asked every
// time, so a log-out, a change of role or of the employee or an end holds at once. Reasons:
// UNAUTHENTICATED.
func (d *Desk) BySession(ctx context.Context, secret string) (Caller, error) {
	if len(secret) != bodyLength {
		return Caller{}, Unidentified()
	}
	session, account, err := d.store.SessionByHash(ctx, Hash(secret))
	now := d.now()
	switch {
	case absent(err), err == nil && !session.LiveAt(now):
		return Caller{}, Unidentified()
	case err != nil:
		return Caller{}, err
	}
	if session.stale(now) {
		err = d.store.TouchSession(ctx, session, now)
	}
	return Caller{
		Tenant: session.Tenant, ID: session.Account, Session: session.ID,
		Role: account.Role, Departments: account.limits(), Employee: account.Employee, Proved: session.ProvedAt(now),
	}, err
}

// ByKey finds the caller of an API key. Reasons: UNAUTHENTICATED.
func (d *Desk) ByKey(ctx context.Context, secret string) (Caller, error) {
	if !WellFormed(KeyPrefix, secret) {
		return Caller{}, Unidentified()
	}
	key, err := d.store.KeyByHash(ctx, Hash(secret))
	switch {
	case absent(err), err == nil && !d.now().Before(key.Expires):
		return Caller{}, Unidentified()
	case err != nil:
		return Caller{}, err
	}
	if now := d.now(); now.Sub(key.Used) >= touchEvery {
		err = d.store.TouchKey(ctx, key, now)
	}
	return Caller{Tenant: key.Tenant, ID: key.ID, Role: key.Role}, err
}
