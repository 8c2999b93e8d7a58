package identity

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// invitationLife is how long a one-time link works.
const invitationLife = 72 * time.Hour

var (
	faultInvitation = fault.New(fault.NotFound, "INVITATION_INVALID", fault.Text{
		JA: "このリンクは使用できません。期限切れか、使用済みか、新しいリンクに置き換えられています。管理者に再発行を依頼してください。",
		EN: "This link does not work: it has expired, was used, or was replaced. Ask an administrator for a new one."})
	faultDeactivated = fault.New(fault.Precondition, "ACCOUNT_DEACTIVATED", fault.Text{
		JA: "無効化されたアカウントです。先に state を ACTIVE に変更してください。",
		EN: "The account is deactivated. Set its state to ACTIVE first."}).With("state", string(Deactivated))
)

// Invitation is a one-time link with which a person chooses a password.
type Invitation struct {
	ID         string
	Tenant     string
	Account    string
	Secret     string // known only when it is made
	Hash       []byte // of the secret
	RemoveTOTP bool   // accepting removes the second factor
	Created    time.Time
	Expires    time.Time
}

func newInvitation(a Account, removeTOTP bool, now time.Time) Invitation {
	secret := NewSecret(InvitationPrefix)
	return Invitation{
		ID: newID(), Tenant: a.Tenant, Account: a.ID, Secret: secret, Hash: Hash(secret), RemoveTOTP: removeTOTP,
		Created: now, Expires: now.Add(invitationLife),
	}
}

// Invite makes a new link for an account, for the first password or for another
// one; earlier links end. Reasons: ACCOUNT_NOT_FOUND, ACCOUNT_DEACTIVATED,
// SESSION_REQUIRED, ETAG_STALE, UNAUTHENTICATED when the session or key ends meanwhile.
func (d *Desk) Invite(ctx context.Context, by Actor, id string, removeTOTP bool) (i Invitation, err error) {
	err = judged(func() error {
		i, err = d.invite(ctx, by, id, removeTOTP)
		return err
	})
	if errors.Is(err, ErrEnded) { // logged out meanwhile, perhaps since the rights changed
		err = Unidentified()
	}
	return i, err
}

// mayInvite reports whether links that the account or a key of it made may go on
// working: not when it is deactivated, or may make none any more.
func (a Account) mayInvite() bool {
	return a.State != Deactivated && slices.Contains(a.Role.Permissions(), "accounts.write")
}

// Ending is the record of a change with which these links end. It names the accounts
// that they are for; a link that has expired ends unnoticed.
func (r Record) Ending(links []Invitation) Record {
	var names []string
	for _, l := range links {
		if r.Time.Before(l.Expires) {
			names = append(names, Account{ID: l.Account}.resource())
		}
	}
	if len(names) == 0 {
		return r
	}
	after := Values{"endedInvitations": names}
	maps.Copy(after, r.After)
	r.After = after
	return r
}

// invite does it once, for the account as it is now.
func (d *Desk) invite(ctx context.Context, by Actor, id string, removeTOTP bool) (Invitation, error) {
	account, err := d.OneAccount(ctx, by.Tenant, id)
	switch {
	case err != nil:
		return Invitation{}, err
	case account.State == Deactivated:
		return Invitation{}, faultDeactivated
	case !by.mayGrant(account): // whoever has the link has the account
		return Invitation{}, faultSessionNeeded
	}
	now := d.now().Truncate(time.Millisecond)
	invitation := newInvitation(account, removeTOTP, now)
	record := by.did(now, "ACCOUNT_INVITE", account.resource(), nil,
		Values{"invitation": invitation.ID, "removeTotp": removeTOTP, "expireTime": invitation.Expires})
	return invitation, d.store.AddInvitation(ctx, invitation, account.Revision, record)
}

// Accept uses a link up and sets the password of its account, which becomes
// active. Every session of the account ends. Reasons: INVITATION_INVALID,
// INVALID_ARGUMENT, TOO_MANY_ATTEMPTS, ETAG_STALE.
func (d *Desk) Accept(ctx context.Context, secret, password string, place Place) (Account, error) {
	if !WellFormed(InvitationPrefix, secret) {
		return Account{}, faultInvitation
	}
	var account Account
	err := judged(func() (err error) {
		account, err = d.accept(ctx, Hash(secret), password, place)
		return err
	})
	return account, err
}

// accept does it once, for the account as it is now.
func (d *Desk) accept(ctx context.Context, link []byte, password string, place Place) (Account, error) {
	invitation, account, err := d.link(ctx, link)
	if err != nil {
		return Account{}, err
	}
	before, totp := account, account.TOTP && !invitation.RemoveTOTP
	hash, err := d.newHash(ctx, account, "password", password, totp)
	if err != nil {
		return Account{}, err
	}
	account.State, account.Password, account.OpenID, account.TOTP = Active, true, false, totp
	account.Revision++
	was, values := before.entry(), account.entry()
	if before.Password {
		values["password"] = "REPLACED"
	}
	by := Actor{Tenant: account.Tenant, Kind: ByInvitation, ID: invitation.ID, Place: place}
	record := by.did(d.now(), "INVITATION_ACCEPT", account.resource(), was, values)
	err = d.store.AcceptInvitation(ctx, invitation, before.Revision, hash, record)
	if absent(err) { // used or replaced meanwhile
		err = faultInvitation
	}
	return account, err
}

// mostJudgements is how often a link is judged anew while its account changes.
const mostJudgements = 3

// judged repeats what was judged for an account that somebody changed meanwhile:
// whether 8 characters are enough, say, depends on its second factor. Reason
// ETAG_STALE when it changes again and again.
func judged(once func() error) error {
	for range mostJudgements {
		if err := once(); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return faultStale
}

// invited finds the link of a secret and its account. Reason INVITATION_INVALID.
func (d *Desk) invited(ctx context.Context, secret string) (Invitation, Account, error) {
	if !WellFormed(InvitationPrefix, secret) {
		return Invitation{}, Account{}, faultInvitation
	}
	return d.link(ctx, Hash(secret))
}

// link finds a link that works.
func (d *Desk) link(ctx context.Context, hash []byte) (Invitation, Account, error) {
	invitation, account, err := d.store.InvitationByHash(ctx, hash)
	if absent(err) || err == nil && !d.now().Before(invitation.Expires) {
		err = faultInvitation
	}
	return invitation, account, err
}

// newHash judges a new password of an account and hashes it.
func (d *Desk) newHash(ctx context.Context, a Account, path, password string, totp bool) (string, error) {
	organization, err := d.store.Organization(ctx, a.Tenant)
	if err != nil {
		return "", err
	}
	password = normalise(password)
	if f := passwordFault(path, password, shortest(totp), a.words(organization.Name)...); f != nil {
		return "", fault.Invalid(*f)
	}
	return d.hash(ctx, password)
}
