package identity

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
)

var (
	faultCodeNeeded = fault.New(fault.Unauthenticated, "TOTP_REQUIRED", fault.Text{
		JA: "認証アプリに表示されているコードを totpCode に入力してください。", EN: "Enter the code of the authenticator app as totpCode."})
	faultCode = fault.New(fault.Unauthenticated, "TOTP_CODE_WRONG", fault.Text{
		JA: "コードが正しくないか、すでに使用されています。次のコードが表示されてからお試しください。",
		EN: "The code is wrong or was used before. Try again with the next one."})
	faultEnabled = fault.New(fault.Precondition, "TOTP_ENABLED", fault.Text{
		JA: "二段階認証はすでに有効です。登録し直すには先に解除(:remove)してください。",
		EN: "The second factor is enabled already. To enrol again, remove it first (:remove)."})
	faultNotEnrolled = fault.New(fault.Precondition, "TOTP_NOT_ENROLLED", fault.Text{
		JA: "二段階認証が登録されていません。先に登録してください。", EN: "There is no second factor. Enrol it first."})
)

// Second is the second factor that a person gives: a code of the app, or a
// recovery code.
type Second struct{ Code, Recovery string }

// second checks the second factor and uses it up: neither a code nor a recovery
// code works twice.
func (d *Desk) second(ctx context.Context, a Account, given Second, place Place) error {
	if given.Recovery != "" {
		record := own(a, "", place).did(d.now(), "RECOVERY_CODE_USE", a.resource(), nil, nil)
		err := d.store.UseRecoveryCode(ctx, a.ID, recoveryHash(a.ID, given.Recovery), record)
		if absent(err) {
			return faultCode
		}
		return err
	}
	if given.Code == "" {
		return faultCodeNeeded
	}
	factor, err := d.store.Factor(ctx, a.Tenant, a.ID)
	if err != nil {
		return err
	}
	return d.useCode(ctx, factor, given.Code)
}

func (d *Desk) useCode(ctx context.Context, f Factor, code string) error {
	step, right, err := f.step(d.keys, code, d.now())
	if err != nil {
		return err
	}
	if !right {
		return faultCode
	}
	err = d.store.UseStep(ctx, f, step)
	if absent(err) { // it was used before, or the factor is another one by now
		return faultCode
	}
	return err
}

// EnrolTOTP begins a second factor and returns its secret and its URI for an
// app, the only time they are shown. Reasons: UNAUTHENTICATED, CREDENTIALS_WRONG,
// TOO_MANY_ATTEMPTS, TOTP_ENABLED.
func (d *Desk) EnrolTOTP(ctx context.Context, by Actor, password string) (secret, uri string, err error) {
	account, err := d.confirm(ctx, by, password, nil)
	switch {
	case err != nil:
		return "", "", err
	case account.TOTP:
		return "", "", faultEnabled
	}
	factor, key, err := newFactor(account, d.keys, d.now())
	if err != nil {
		return "", "", err
	}
	err = d.store.PutFactor(ctx, factor, by.did(d.now(), "TOTP_ENROL", account.resource(), nil, nil))
	if absent(err) { // confirmed meanwhile
		err = faultEnabled
	}
	return key.Secret(), key.URL(), err
}

// ConfirmTOTP enables the second factor with a first code and returns the
// recovery codes, the only time they are shown. Every session of the account
// ends, and a new one begins. Wrong codes count like wrong attempts to log in, and a
// right one forgives none of them: it is no password. Reasons: UNAUTHENTICATED,
// TOTP_NOT_ENROLLED, TOTP_ENABLED, TOTP_CODE_WRONG, TOO_MANY_ATTEMPTS.
func (d *Desk) ConfirmTOTP(ctx context.Context, by Actor, code string) ([]string, Login, error) {
	if by.Session == "" {
		return nil, Login{}, Unidentified()
	}
	account, err := d.Account(ctx, by.Tenant, by.ID)
	if err != nil {
		return nil, Login{}, err
	}
	factor, err := d.confirmable(ctx, account, code, by.Place)
	if err != nil {
		return nil, Login{}, err
	}
	codes, hashes := newRecoveryCodes(by.ID)
	record := by.did(d.now(), "TOTP_CONFIRM", account.resource(), Values{"totpEnabled": false}, Values{"totpEnabled": true})
	login, err := d.renew(account, by, func(renewed Session) error {
		return d.store.ConfirmFactor(ctx, factor, hashes, renewed, record)
	})
	return codes, login, err
}

// confirmable is the factor of the account that awaits its first code, and this was
// right.
func (d *Desk) confirmable(ctx context.Context, a Account, code string, place Place) (Factor, error) {
	factor, err := d.store.Factor(ctx, a.Tenant, a.ID)
	switch {
	case absent(err):
		return Factor{}, faultNotEnrolled
	case err != nil:
		return Factor{}, err
	case factor.Confirmed:
		return Factor{}, faultEnabled
	}
	guard := d.newGuard(EmailKey(a.Email), place)
	if err := guard.admit(ctx); err != nil {
		return Factor{}, err
	}
	if err := d.useCode(ctx, factor, code); err != nil {
		return Factor{}, err
	}
	return factor, guard.returned(ctx)
}

// RemoveTOTP ends the second factor. The password must be long enough to do
// without. Every session of the account ends, and a new one begins. Reasons:
// UNAUTHENTICATED, CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS, TOTP_NOT_ENROLLED,
// TOTP_REQUIRED, TOTP_CODE_WRONG, INVALID_ARGUMENT, ETAG_STALE.
func (d *Desk) RemoveTOTP(ctx context.Context, by Actor, password string, given Second) (Login, error) {
	account, guard, err := d.again(ctx, by, password)
	switch {
	case err != nil:
		return Login{}, err
	case !account.TOTP:
		return Login{}, faultNotEnrolled
	case utf8.RuneCountInString(normalise(password)) < passwordMin: // it is right, though, and no attempt
		return Login{}, errors.Join(guard.returned(ctx), fault.Invalid(fault.Field{Path: "password", Reason: "PASSWORD_TOO_SHORT", Text: fault.Text{
			JA: "二段階認証を解除するには、先に15文字以上のパスワードに変更してください。",
			EN: "Change to a password of at least 15 characters before you remove the second factor."}}))
	}
	after, recovery := Values{"totpEnabled": false}, []byte(nil)
	if given.Recovery != "" { // it is used up with the factor or not at all
		recovery, after["by"] = recoveryHash(account.ID, given.Recovery), "RECOVERY_CODE"
	} else if err := d.second(ctx, account, given, by.Place); err != nil {
		return Login{}, err
	}
	record := by.did(d.now(), "TOTP_REMOVE", account.resource(), Values{"totpEnabled": true}, after)
	login, err := d.renew(account, by, func(renewed Session) error {
		return d.store.RemoveFactor(ctx, account.Revision, recovery, renewed, record)
	})
	switch {
	case errors.Is(err, ErrCodeUsed):
		return Login{}, faultCode
	case err != nil:
		return Login{}, err
	}
	_ = guard.passed(ctx) // the factor is gone and the session is there, whatever becomes of the counters
	return login, nil
}

// RenewRecoveryCodes replaces all recovery codes. Reasons: those of RemoveTOTP
// but for INVALID_ARGUMENT and ETAG_STALE.
func (d *Desk) RenewRecoveryCodes(ctx context.Context, by Actor, password, code string) ([]string, error) {
	account, err := d.confirm(ctx, by, password, &Second{Code: code})
	if err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes(account.ID)
	err = d.store.PutRecoveryCodes(ctx, account.ID, hashes, by.did(d.now(), "RECOVERY_CODES_RENEW", account.resource(), nil, nil))
	if absent(err) {
		err = faultNotEnrolled
	}
	return codes, err
}

// renew makes the session that replaces every other one of an account. Its proof of
// identity stays that of the one before: a password alone, or a code of a new app,
// is not all that a log-in asks for.
func (d *Desk) renew(account Account, by Actor, store func(Session) error) (Login, error) {
	renewed, secret := newSession(account, d.now(), by.Place)
	err := store(renewed)
	switch {
	case absent(err): // the session ended meanwhile
		err = Unidentified()
	case errors.Is(err, ErrChanged): // somebody changed the account
		err = faultStale
	}
	return Login{Account: account, Session: renewed, Secret: secret}, err
}
