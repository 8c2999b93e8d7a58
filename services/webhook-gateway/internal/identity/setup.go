package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// setupLife is how long a setup secret works after it was first offered.
const setupLife = 24 * time.Hour

// SetupOffer is the setup secret that works now; the zero value is none.
type SetupOffer struct {
	Hash []byte    // of the secret
	Made time.Time // when it was first offered
}

// Is reports whether it is the offer of this secret, in constant time.
func (o SetupOffer) Is(secret string) bool {
	return subtle.ConstantTimeCompare(Hash(secret), o.Hash) == 1
}

// Live reports whether there is an offer and it has not expired.
func (o SetupOffer) Live(now time.Time) bool {
	return o.Hash != nil && now.Before(o.Made.Add(setupLife))
}

// NewInstallation is what a person enters at set-up.
type NewInstallation struct {
	Secret       string
	Organization Organization
	Account      Account
	Password     string
	Place        Place
}

var (
	faultSetupDone = fault.New(fault.NotFound, "SETUP_DONE", fault.Text{
		JA: "初期設定は完了しています。", EN: "Set-up has been done."})
	faultSetupSecret = fault.New(fault.Unauthenticated, "SETUP_SECRET_WRONG", fault.Text{
		JA: "セットアップシークレットが正しくないか、有効期限(24時間)が切れています。再起動すると新しいものが表示されます。",
		EN: "The setup secret is wrong or has expired after 24 hours. A restart shows a new one."})
)

// SetUp makes the organization and its first administrator, logged in. Sets-up
// of one process queue, so a hundred at once cost one password hash; those of
// several processes meet at the locked offer. Reasons: SETUP_DONE,
// SETUP_SECRET_WRONG, TOO_MANY_ATTEMPTS, INVALID_ARGUMENT.
func (d *Desk) SetUp(ctx context.Context, in NewInstallation) (Login, error) {
	select {
	case d.gate <- struct{}{}:
		defer func() { <-d.gate }()
	case <-ctx.Done():
		return Login{}, ctx.Err()
	}
	offer, err := d.offer(ctx, in.Secret)
	if err != nil {
		return Login{}, err
	}
	in.Password = normalise(in.Password)
	in.Organization = in.Organization.withDefaults()
	in.Account = in.Account.tidied()
	in.Account.Role, in.Account.State = Administrator, Active
	if bad := in.faults(); len(bad) > 0 {
		return Login{}, fault.Invalid(bad...)
	}
	return d.install(ctx, in, offer)
}

// offer checks secret and age and counts wrong ones only.
func (d *Desk) offer(ctx context.Context, secret string) ([]byte, error) {
	want, err := d.store.Offered(ctx)
	switch {
	case errors.Is(err, ErrSetupDone), absent(err):
		return nil, faultSetupDone
	case err != nil:
		return nil, err
	}
	if want.Is(secret) && want.Live(d.now()) { // nobody guesses 256 bits; whoever has it need not wait for those who try
		return want.Hash, nil
	}
	var wait time.Duration
	err = d.store.ChangeAttempts(ctx, Hash("setup"), func(a Attempts) Attempts {
		a, wait = perAccount.take(a, d.now())
		return a
	})
	switch {
	case err != nil:
		return nil, err
	case wait > 0:
		return nil, tooMany(wait)
	}
	return nil, faultSetupSecret
}

// faults names every wrong field at once.
func (in NewInstallation) faults() []fault.Field {
	bad := append(in.Organization.faults(""), in.Account.faults("administrator.", "name")...)
	words := in.Account.words(in.Organization.Name)
	if f := passwordFault("administrator.password", in.Password, passwordMin, words...); f != nil {
		bad = append(bad, *f)
	}
	return bad
}

func (d *Desk) install(ctx context.Context, in NewInstallation, offer []byte) (Login, error) {
	hash, err := d.hash(ctx, in.Password)
	if err != nil {
		return Login{}, err
	}
	now := d.now()
	in.Organization.ID, in.Organization.Revision = newID(), 1
	in.Account.ID, in.Account.Tenant = newID(), in.Organization.ID
	in.Account.Password, in.Account.Revision, in.Account.Created = true, 1, now.UTC().Truncate(time.Millisecond)
	session, secret := newSession(in.Account, now, in.Place)
	by := Actor{Tenant: in.Organization.ID, Kind: BySetup, Place: in.Place}
	err = d.store.SetUp(ctx, Installation{
		SecretHash: offer, Organization: in.Organization, Account: in.Account,
		PasswordHash: hash, Session: session,
	}, by.did(now, "SET_UP", in.Account.resource(), nil, in.Account.values()))
	if errors.Is(err, ErrSetupDone) {
		return Login{}, faultSetupDone
	}
	return Login{Account: in.Account, Organization: in.Organization, Session: session, Secret: secret}, err
}
