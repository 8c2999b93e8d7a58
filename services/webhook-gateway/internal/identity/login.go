package identity

import (
	"context"

	"github.com/dakoku/dakoku/platform/fault"
)

var faultCredentials = fault.New(fault.Unauthenticated, "CREDENTIALS_WRONG", fault.Text{
	JA: "メールアドレスまたはパスワードが正しくありません。", EN: "The e-mail address or the password is wrong."})

// LogIn checks e-mail address and password and starts a session; replaces is
// the session that the browser had, empty for none. An unknown address costs
// the same password hash and gets the same answer. Reasons: CREDENTIALS_WRONG,
// TOO_MANY_ATTEMPTS.
func (d *Desk) LogIn(ctx context.Context, email, password, replaces string) (Login, error) {
	key := EmailKey(email)
	attempts := Hash("login:" + key)
	if err := d.attempt(ctx, attempts); err != nil {
		return Login{}, err
	}
	account, err := d.prove(ctx, key, normalise(password))
	if err != nil {
		return Login{}, err
	}
	if err := d.store.ForgetAttempts(ctx, attempts); err != nil {
		return Login{}, err
	}
	organization, err := d.store.Organization(ctx, account.Tenant)
	if err != nil {
		return Login{}, err
	}
	session, secret := newSession(account.Tenant, account.ID, d.now())
	err = d.store.StartSession(ctx, session, replaces)
	return Login{Account: account, Organization: organization, Session: session, Secret: secret}, err
}

// prove finds the account and checks the password against its hash, or against
// a hash that no password has.
func (d *Desk) prove(ctx context.Context, key, password string) (Account, error) {
	account, hash, err := d.store.AccountByEmail(ctx, key)
	known := err == nil
	if absent(err) {
		hash = d.dummy
	} else if err != nil {
		return Account{}, err
	}
	right, err := d.verify(ctx, hash, password)
	if err != nil {
		return Account{}, err
	}
	if !known || !right {
		return Account{}, faultCredentials
	}
	return account, nil
}

// LogOut ends a session. Reasons: UNAUTHENTICATED when there is none.
func (d *Desk) LogOut(ctx context.Context, tenant, session string) error {
	if session == "" {
		return Unidentified()
	}
	err := d.store.EndSession(ctx, tenant, session, d.now())
	if absent(err) {
		return Unidentified()
	}
	return err
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
