package identity

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

var faultCredentials = fault.New(fault.Unauthenticated, "CREDENTIALS_WRONG", fault.Text{
	JA: "メールアドレスまたはパスワードが正しくありません。", EN: "The e-mail address or the password is wrong."})

// Credentials are what a person enters to log in.
type Credentials struct {
	Email    string
	Password string
	Second   Second
	Replaces Replaced
	Place    Place
}

// LogIn checks e-mail address, password and second factor and starts a session. An unknown
// address, an account without password and one that is deactivated cost the same
// password hash and get the same answer as a wrong password. Reasons:
// CREDENTIALS_WRONG, TOTP_REQUIRED, TOTP_CODE_WRONG, TOO_MANY_ATTEMPTS.
func (d *Desk) LogIn(ctx context.Context, c Credentials) (Login, error) {
	key := EmailKey(c.Email)
	guard := d.newGuard(key, c.Place)
	account, err := d.admitted(ctx, guard, key, c.Password)
	if err != nil {
		return Login{}, err
	}
	if account.TOTP {
		if err := d.second(ctx, account, c.Second, c.Place); err != nil {
			return Login{}, err
		}
	}
	if err := guard.passed(ctx); err != nil {
		return Login{}, err
	}
	return d.start(ctx, account, beginning{
		replaces: c.Replaces, place: c.Place, action: "LOG_IN", how: Values{"account": account.ID},
	})
}

// beginning is how a session begins.
type beginning struct {
	replaces Replaced
	place    Place
	action   string    // what the audit calls it
	how      Values    // what it says of it
	asked    time.Time // when the person was asked for the proof; zero is now
}

// start begins a session for somebody who has proved to be the account. Reasons:
// CREDENTIALS_WRONG when the account changed meanwhile; where the session of before is
// required, ETAG_STALE for that, and UNAUTHENTICATED when that session has ended.
func (d *Desk) start(ctx context.Context, account Account, b beginning) (Login, error) {
	organization, err := d.store.Organization(ctx, account.Tenant)
	if err != nil {
		return Login{}, err
	}
	now := d.now()
	session, secret := newSession(account, now, b.place)
	if !b.asked.IsZero() && b.asked.Before(now) {
		session.Proved = b.asked
	}
	record := own(account, session.ID, b.place).did(now, b.action, session.resource(), nil, b.how)
	if b.replaces.Tenant == account.Tenant {
		record.After["replaces"] = Session{ID: b.replaces.Session}.resource()
	} else {
		b.replaces.Record = b.replaces.record(now, b.place)
	}
	err = d.store.StartSession(ctx, session, account.Revision, b.replaces, record)
	switch {
	case absent(err): // changed meanwhile
		err = faultCredentials
	case errors.Is(err, ErrEnded): // logged out meanwhile, or proved by another request
		err = Unidentified()
	case errors.Is(err, ErrChanged):
		err = faultStale
	}
	return Login{Account: account, Organization: organization, Session: session, Secret: secret}, err
}

// admitted counts an attempt and proves the password. An attempt for which there
// was no turn to hash says nothing of the password and is given back.
func (d *Desk) admitted(ctx context.Context, g *guard, key, password string) (Account, error) {
	if err := g.admit(ctx); err != nil {
		return Account{}, err
	}
	account, err := d.prove(ctx, key, normalise(password))
	if fault.HasReason(err, reasonTooMany) {
		return Account{}, errors.Join(err, g.returned(ctx))
	}
	return account, err
}

// prove finds the account and checks the password against its hash, or against
// a hash that no password has.
func (d *Desk) prove(ctx context.Context, key, password string) (Account, error) {
	account, hash, err := d.store.AccountByEmail(ctx, key)
	usable := err == nil && account.State == Active && hash != ""
	if err != nil && !absent(err) {
		return Account{}, err
	}
	if !usable {
		hash = d.dummy
	}
	right, err := d.verify(ctx, hash, password)
	if err != nil {
		return Account{}, err
	}
	if !usable || !right {
		return Account{}, faultCredentials
	}
	return account, nil
}

// Account reads the account of a caller; Reason UNAUTHENTICATED when it is gone.
func (d *Desk) Account(ctx context.Context, tenant, id string) (Account, error) {
	account, err := d.store.Account(ctx, tenant, id)
	if absent(err) {
		return Account{}, Unidentified()
	}
	return account, err
}

// Organization reads the organization of a caller.
func (d *Desk) Organization(ctx context.Context, tenant string) (Organization, error) {
	return d.store.Organization(ctx, tenant)
}
