package identity

import (
	"context"

	"github.com/dakoku/dakoku/platform/fault"
)

// faultPassword is what a wrong password is called where nobody is asked for an e-mail
// address.
var faultPassword = fault.New(fault.Unauthenticated, faultCredentials.Reason(), fault.Text{
	JA: "パスワードが正しくありません。", EN: "The password is wrong."})

// ChangePassword replaces the password of the person who asks. Every session of
// the account ends, and a new one begins. Wrong passwords count like those of a
// log-in. Reasons: UNAUTHENTICATED for a program, CREDENTIALS_WRONG,
// TOO_MANY_ATTEMPTS, INVALID_ARGUMENT, ETAG_STALE.
func (d *Desk) ChangePassword(ctx context.Context, by Actor, password, next string) (Login, error) {
	account, err := d.confirm(ctx, by, password, nil)
	if err != nil {
		return Login{}, err
	}
	hash, err := d.newHash(ctx, account, "newPassword", next, account.TOTP)
	if err != nil {
		return Login{}, err
	}
	record := by.did(d.now(), "PASSWORD_CHANGE", account.resource(), nil, nil)
	return d.renew(account, by, func(renewed Session) error {
		return d.store.ChangePassword(ctx, account.Revision, hash, renewed, record)
	})
}

// confirm lets the person at a session prove the password once more, and the
// second factor unless given is nil. Whoever has none is refused then. The password
// alone forgives no wrong attempts of an account with a second factor: they may have
// been at its codes.
func (d *Desk) confirm(ctx context.Context, by Actor, password string, given *Second) (Account, error) {
	account, guard, err := d.again(ctx, by, password)
	if err != nil {
		return Account{}, err
	}
	switch {
	case given == nil && account.TOTP:
		return account, guard.returned(ctx)
	case given != nil:
		if !account.TOTP {
			return Account{}, faultNotEnrolled
		}
		if err := d.second(ctx, account, *given, by.Place); err != nil {
			return Account{}, err
		}
	}
	return account, guard.passed(ctx)
}

// again lets the person at a session prove the password once more. The attempt
// stays counted until the guard has passed.
func (d *Desk) again(ctx context.Context, by Actor, password string) (Account, *guard, error) {
	if by.Session == "" {
		return Account{}, nil, Unidentified()
	}
	account, err := d.Account(ctx, by.Tenant, by.ID)
	if err != nil {
		return Account{}, nil, err
	}
	key := EmailKey(account.Email)
	g := d.newGuard(key, by.Place)
	account, err = d.admitted(ctx, g, key, password)
	if fault.HasReason(err, faultCredentials.Reason()) {
		err = faultPassword
	}
	return account, g, err
}
