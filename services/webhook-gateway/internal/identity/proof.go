package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// proofLife is for how long a proof of identity counts where a fresh one is asked
// for.
const proofLife = 10 * time.Minute

var faultOther = fault.New(fault.Unauthenticated, "OPENID_SUBJECT_OTHER", fault.Text{
	JA: "本人確認ができませんでした。いまDakokuを利用している方の会社のアカウントでログインしてください。",
	EN: "Somebody else logged in at the company. Log in with the company account of the person who is using Dakoku now."})

// Prove lets the person at a session prove once more to be there: with the
// password and, where the account has one, the second factor. It is judged,
// throttled and noted as a log-in is; so is a refusal. A new session begins
// instead of the old one. Reasons: UNAUTHENTICATED for a program,
// CREDENTIALS_WRONG, TOTP_REQUIRED, TOTP_CODE_WRONG, TOO_MANY_ATTEMPTS, ETAG_STALE,
// UNAUTHENTICATED also when the session ends meanwhile.
func (d *Desk) Prove(ctx context.Context, by Actor, password string, given Second) (Login, error) {
	account, guard, err := d.again(ctx, by, password)
	if err == nil && account.TOTP {
		err = d.second(ctx, account, given, by.Place)
	}
	if err == nil {
		err = guard.passed(ctx)
	}
	var login Login
	if err == nil {
		login, err = d.start(ctx, account, beginning{
			replaces: Replaced{Tenant: by.Tenant, Account: by.ID, Session: by.Session, Required: true},
			place:    by.Place, action: "SESSION_PROVE", how: Values{"account": account.ID},
		})
	}
	if err != nil {
		return Login{}, d.unproved(ctx, by, err)
	}
	return login, nil
}

// unproved notes that a proof was judged and refused, or came for a session that has
// ended; what nobody judged, a code that is still to come, and whoever has no session
// are no refusals. It returns the refusal.
func (d *Desk) unproved(ctx context.Context, by Actor, refusal error) error {
	f, ok := fault.From(refusal)
	if !ok || by.Session == "" || !slices.Contains([]string{
		faultCredentials.Reason(), faultCode.Reason(), faultOther.Reason(), "OPENID_REFUSED", Unidentified().Reason(),
	}, f.Reason()) {
		return refusal
	}
	session := Session{ID: by.Session}
	record := by.did(d.now(), "SESSION_PROVE_REFUSED", session.resource(), nil, Values{"account": by.ID, "reason": f.Reason()})
	if err := d.store.Note(ctx, record); err != nil {
		return errors.Join(refusal, err)
	}
	return refusal
}

// errandFor is the hash by which an errand names the session that it is to prove.
func errandFor(session string) []byte { return Hash("errand of session:" + session) }

// proves reports whether the errand is to prove this session.
func (e Errand) proves(session string) bool {
	return session != "" && subtle.ConstantTimeCompare(e.Session, errandFor(session)) == 1
}

// since is the time after which the provider must have asked the person; zero for
// an errand that is a log-in.
func (e Errand) since() time.Time {
	if e.Session == nil {
		return time.Time{}
	}
	return e.Expires.Add(-openIDLife)
}

// action is what the audit calls it when the errand succeeds.
func (e Errand) action() string {
	if e.Session == nil {
		return "LOG_IN"
	}
	return "SESSION_PROVE"
}
