package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/openid"
)

// openIDLife is how long a log-in at the provider may take.
const openIDLife = 10 * time.Minute

var (
	faultOpenIDOff = fault.New(fault.Precondition, "OPENID_OFF", fault.Text{
		JA: "このシステムでは会社のアカウントによるログインは設定されていません。パスワードでログインしてください。",
		EN: "Log-in with an account of the company is not set up here. Log in with a password."})
	faultStranger = fault.New(fault.Unauthenticated, "OPENID_ACCOUNT_UNKNOWN", fault.Text{
		JA: "会社のアカウントは確認できましたが、利用できるDakokuのアカウントと紐付いていません。管理者に招待リンクの発行を依頼してください。",
		EN: "Your company account is confirmed, but no usable Dakoku account is bound to it. Ask an administrator for an invitation link."})
	faultSubjectTaken = fault.New(fault.Exists, "OPENID_SUBJECT_TAKEN", fault.Text{
		JA: "この会社のアカウントは別のDakokuのアカウントと紐付いています。招待された本人のアカウントでログインし直してください。",
		EN: "This company account is bound to another Dakoku account. Log in with the account of the person who was invited."})
)

// Provider is the OpenID provider of the installation. An *openid.Provider is one.
type Provider interface {
	// Issuer is its name.
	Issuer() string
	// Address is where a browser goes, with anew to be asked in any case; Reason
	// OPENID_UNAVAILABLE.
	Address(ctx context.Context, s openid.Secrets, anew bool) (string, error)
	// Redeem gives the person of a code, who was asked since that time unless it is
	// zero; Reasons OPENID_REFUSED, OPENID_UNAVAILABLE.
	Redeem(ctx context.Context, code, from string, s openid.Secrets, since time.Time) (openid.Person, error)
}

// Trust lets people log in at the provider. It is called before anybody does.
func (d *Desk) Trust(p Provider) { d.provider = p }

// Errand is a log-in, or a proof of identity, at the provider that a browser has
// begun.
type Errand struct {
	Hash       []byte    // of the browser's secret
	Invitation []byte    // hash of the link whose account is to be bound; nil for none
	Session    []byte    // hash of the session that is to be proved; nil for a log-in
	Subject    []byte    // hash of who it is, once the provider has said so; nil before
	Expires    time.Time // at the latest
	// Asked is when the provider asked the person of a proof; zero for a log-in. It is
	// not kept: where a second factor is still to come, it is the beginning of the way.
	Asked time.Time
}

// Binding is an account at the provider as the way into one of ours.
type Binding struct {
	Tenant, Account string
	Issuer          string
	Subject         []byte // hash of issuer and subject
	Created         time.Time
}

// secretsOf derives what goes to the provider from the secret of the browser, so
// that the database holds nothing with which a log-in could be finished.
func secretsOf(browser string) openid.Secrets {
	derive := func(purpose string) string { return digest("openid " + purpose + ":" + browser) }
	return openid.Secrets{State: derive("state"), Nonce: derive("nonce"), Verifier: derive("verifier")}
}

// subjectHash is under which a person at the provider is known here.
func subjectHash(issuer, subject string) []byte {
	return Hash("subject:" + string(Hash(issuer)) + subject)
}

// Departure is the wish to go to the provider.
type Departure struct {
	Invitation string   // secret of the link whose account is to be bound; empty for none
	Prove      bool     // the person of the session proves to be there; false is a log-in
	Session    Replaced // of the browser; the zero value is none
	Place      Place
}

// BeginOpenID begins a log-in at the provider: the secret is for the browser
// alone, the address is where it goes. With the secret of an invitation, its
// account is bound to whoever comes back; to prove a session, the provider is told
// to ask in any case. Reasons: OPENID_OFF, OPENID_UNAVAILABLE, INVITATION_INVALID,
// TOO_MANY_ATTEMPTS, INVALID_ARGUMENT, UNAUTHENTICATED.
func (d *Desk) BeginOpenID(ctx context.Context, to Departure) (secret, address string, err error) {
	if d.provider == nil {
		return "", "", faultOpenIDOff
	}
	begun := guard{desk: d, address: Hash("openid:" + network(to.Place.Address))}
	if _, err := begun.take(ctx, begun.address, perBeginning); err != nil {
		return "", "", err
	}
	secret = newSessionSecret()
	errand := Errand{Hash: Hash(secret), Expires: d.now().Add(openIDLife)}
	if err := d.destine(ctx, &errand, to); err != nil {
		return "", "", err
	}
	if address, err = d.provider.Address(ctx, secretsOf(secret), to.Prove); err != nil {
		return "", "", err
	}
	return secret, address, d.store.PutErrand(ctx, errand)
}

// destine says of an errand what it is for.
func (d *Desk) destine(ctx context.Context, e *Errand, to Departure) error {
	switch {
	case to.Prove && to.Invitation != "":
		return fault.Invalid(fault.Field{Path: "prove", Reason: "ONE_OF", Text: fault.Text{
			JA: "invitation と prove は同時に指定できません。", EN: "Send either invitation or prove."}})
	case to.Prove && to.Session.Session == "":
		return Unidentified()
	case to.Prove:
		e.Session = errandFor(to.Session.Session)
	case to.Invitation != "":
		if _, _, err := d.invited(ctx, to.Invitation); err != nil {
			return err
		}
		e.Invitation = Hash(to.Invitation)
	}
	return nil
}

// Return is what the provider sent a browser back with.
type Return struct {
	Secret   string // of the browser
	State    string
	Code     string
	Issuer   string // empty when the provider does not name itself
	Second   Second
	Replaces Replaced
	Place    Place
}

// FinishOpenID logs in whom the provider vouches for, or takes it as the proof of
// the session for which the errand was. An errand is used up by its first answer;
// only a missing second factor leaves it, without the code. Reasons: OPENID_OFF,
// OPENID_REFUSED, OPENID_UNAVAILABLE, OPENID_ACCOUNT_UNKNOWN, OPENID_SUBJECT_TAKEN,
// OPENID_SUBJECT_OTHER, INVITATION_INVALID, LAST_LOCAL_ADMINISTRATOR,
// TOTP_REQUIRED, TOTP_CODE_WRONG, TOO_MANY_ATTEMPTS, ETAG_STALE, UNAUTHENTICATED when
// the session that is proved ends meanwhile.
func (d *Desk) FinishOpenID(ctx context.Context, r Return) (Login, error) {
	if d.provider == nil {
		return Login{}, faultOpenIDOff
	}
	secrets := secretsOf(r.Secret)
	if len(r.Secret) != bodyLength || subtle.ConstantTimeCompare([]byte(secrets.State), []byte(r.State)) != 1 {
		return Login{}, openid.Refused()
	}
	guard := d.newGuard("", r.Place)
	if _, err := guard.take(ctx, guard.address, perAddress); err != nil {
		return Login{}, err
	}
	errand, err := d.returned(ctx, r, secrets)
	var account Account
	if err == nil {
		account, err = d.vouchedFor(ctx, errand, r)
	}
	if err != nil {
		return Login{}, d.turnedAway(ctx, errand, r, err)
	}
	if err := d.store.ChangeAttempts(ctx, guard.address, Attempts.giveBack); err != nil {
		return Login{}, err
	}
	r.Replaces.Required = errand.Session != nil
	login, err := d.start(ctx, account, beginning{
		replaces: r.Replaces, place: r.Place, action: errand.action(), asked: errand.Asked,
		how: Values{"account": account.ID, "issuer": d.provider.Issuer()},
	})
	if fault.HasReason(err, faultCredentials.Reason()) { // changed meanwhile
		err = faultStranger
	}
	if err != nil {
		return Login{}, d.turnedAway(ctx, errand, r, err)
	}
	return login, nil
}

// vouchedFor is the account of whoever came back, after its second factor.
func (d *Desk) vouchedFor(ctx context.Context, e Errand, r Return) (Account, error) {
	account, err := d.store.AccountBySubject(ctx, e.Subject)
	unknown := absent(err) || err == nil && account.State != Active
	switch {
	case err != nil && !unknown:
		return Account{}, err
	case e.Session != nil && (unknown || account.ID != r.Replaces.Account || account.Tenant != r.Replaces.Tenant):
		return Account{}, faultOther
	case unknown:
		return Account{}, faultStranger
	case account.TOTP:
		err = d.secondAfter(ctx, e, account, r)
	}
	return account, err
}

// turnedAway notes the refusal of a proof for the session that the browser has, also
// when that is another one than was to be proved.
func (d *Desk) turnedAway(ctx context.Context, e Errand, r Return, refusal error) error {
	if e.Session == nil {
		return refusal
	}
	by := own(Account{ID: r.Replaces.Account, Tenant: r.Replaces.Tenant}, r.Replaces.Session, r.Place)
	return d.unproved(ctx, by, refusal)
}

// returned takes the errand, once, lets the provider say who came back, and
// binds the account of an invitation. What proves a session is for the browser
// that has it.
func (d *Desk) returned(ctx context.Context, r Return, secrets openid.Secrets) (Errand, error) {
	errand, err := d.store.TakeErrand(ctx, Hash(r.Secret), d.now())
	switch {
	case absent(err):
		return Errand{}, openid.Refused()
	case err != nil:
		return Errand{}, err
	case errand.Session != nil && !errand.proves(r.Replaces.Session):
		return errand, openid.Refused()
	case errand.Subject != nil:
		errand.Asked = errand.since()
		return errand, nil
	}
	person, err := d.provider.Redeem(ctx, r.Code, r.Issuer, secrets, errand.since())
	if err != nil {
		return errand, err
	}
	errand.Subject, errand.Asked = subjectHash(d.provider.Issuer(), person.Subject), person.Asked
	if errand.Invitation != nil {
		err = judged(func() error { return d.bind(ctx, errand, r.Place) })
		errand.Invitation = nil
	}
	return errand, err
}

// bind makes the account at the provider the one way into the invited account:
// its password ends.
func (d *Desk) bind(ctx context.Context, e Errand, place Place) error {
	invitation, account, err := d.link(ctx, e.Invitation)
	if err != nil {
		return err
	}
	now, before := d.now(), account
	account.State, account.Password, account.OpenID = Active, false, true
	account.TOTP = account.TOTP && !invitation.RemoveTOTP
	by := Actor{Tenant: account.Tenant, Kind: ByInvitation, ID: invitation.ID, Place: place}
	after := account.entry()
	after["issuer"] = d.provider.Issuer()
	record := by.did(now, "OPENID_BIND", account.resource(), before.entry(), after)
	err = d.store.Bind(ctx, invitation, before.Revision, Binding{
		Tenant: account.Tenant, Account: account.ID, Issuer: d.provider.Issuer(), Subject: e.Subject, Created: now,
	}, mayBind, record)
	switch {
	case absent(err): // used or replaced meanwhile
		return faultInvitation
	case errors.Is(err, ErrSubjectTaken):
		return faultSubjectTaken
	}
	return err
}

// mayBind refuses an administrator beside whom nobody could log in with a password:
// a provider that is away must not lock the organization out.
func mayBind(a Account, others Others) error {
	if a.Role == Administrator && others.Local == 0 {
		return faultLastLocal
	}
	return nil
}

// secondAfter asks for the second factor of somebody for whom the provider
// vouched. When it is not there, the errand goes on without the code, which
// works once.
func (d *Desk) secondAfter(ctx context.Context, e Errand, account Account, r Return) error {
	guard := d.newGuard(EmailKey(account.Email), r.Place)
	err := guard.admit(ctx)
	if err == nil {
		err = d.second(ctx, account, r.Second, r.Place)
	}
	if err == nil {
		return guard.passed(ctx)
	}
	if put := d.store.PutErrand(ctx, e); put != nil {
		return put
	}
	return err
}
