package identity

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

var (
	faultTaken = fault.New(fault.Exists, "EMAIL_TAKEN", fault.Text{
		JA: "このメールアドレスは既に使用されています。", EN: "This e-mail address is in use."})
	faultLast = fault.New(fault.Precondition, "LAST_ADMINISTRATOR", fault.Text{
		JA: "有効な管理者が1人もいなくなるため、この変更はできません。先に別の管理者を有効にしてください。",
		EN: "This would leave no active administrator. Make another administrator active first."})
	faultLastLocal = fault.New(fault.Precondition, "LAST_LOCAL_ADMINISTRATOR", fault.Text{
		JA: "パスワードでログインできる管理者がいなくなるため、この変更はできません。認証サービスが利用できないときに誰もログインできなくなります。先に別の管理者にパスワードを設定してもらってください。",
		EN: "This would leave no administrator with a password, and nobody could log in while the log-in service is away. Let another administrator choose a password first."})
	faultStale = fault.New(fault.Aborted, "ETAG_STALE", fault.Text{
		JA: "他の人が先に変更しました。読み直してからもう一度お試しください。", EN: "Somebody else changed it first. Read it again and repeat."})
	fieldState = fault.Field{Path: "account.state", Reason: "STATE_VALUE", Text: fault.Text{
		JA: "状態は ACTIVE または DEACTIVATED を指定してください。招待中のアカウントは招待の受諾で有効になります。",
		EN: "The state can be set to ACTIVE or DEACTIVATED. An invited account becomes active when its invitation is accepted."}}
)

// AddAccount makes an invited account from Email, Name, Role, Departments and Employee and
// its first invitation; dry only checks. Reasons: INVALID_ARGUMENT, EMAIL_TAKEN,
// SESSION_REQUIRED, UNAUTHENTICATED when the session or key ends meanwhile.
func (d *Desk) AddAccount(ctx context.Context, by Actor, a Account, dry bool) (Account, Invitation, error) {
	now := d.now().Truncate(time.Millisecond)
	a = a.tidied()
	a.ID, a.Tenant, a.State, a.Revision, a.Created = newID(), by.Tenant, Invited, 1, now
	if bad := a.faults("account.", "name"); len(bad) > 0 {
		return Account{}, Invitation{}, fault.Invalid(bad...)
	}
	if !by.mayGrant(a) {
		return Account{}, Invitation{}, faultSessionNeeded
	}
	invitation := newInvitation(a, false, now)
	record := by.did(now, "ACCOUNT_CREATE", a.resource(), nil, a.values())
	err := d.store.AddAccount(ctx, a, invitation, record, dry)
	switch {
	case errors.Is(err, ErrEmailTaken):
		return Account{}, Invitation{}, faultTaken
	case errors.Is(err, ErrEnded): // logged out meanwhile, perhaps since the rights changed
		return Account{}, Invitation{}, Unidentified()
	}
	return a, invitation, err
}

// Accounts lists the accounts of a tenant, oldest first: at most limit after the
// account of that id, and whether there are more.
func (d *Desk) Accounts(ctx context.Context, tenant, after string, limit int) ([]Account, bool, error) {
	list, err := d.store.Accounts(ctx, tenant, after, limit+1)
	if len(list) <= limit {
		return list, false, err
	}
	return list[:limit], true, err
}

// OneAccount reads an account. Reasons: ACCOUNT_NOT_FOUND.
func (d *Desk) OneAccount(ctx context.Context, tenant, id string) (Account, error) {
	account, err := d.store.Account(ctx, tenant, id)
	if absent(err) {
		return Account{}, faultAccount
	}
	return account, err
}

// Edit is a change of an account.
type Edit struct {
	Account string // id
	ETag    string // compared when not empty
	Dry     bool   // only check
	Change  func(*Account)
}

// ChangeAccount changes Name, Role, Departments, Employee and State. Whose rights change
// is logged out everywhere at once, and keys that the account made and that may do
// more than it may end, as do links of whoever may make none any more; whoever becomes an administrator needs a new link. Reasons: ACCOUNT_NOT_FOUND, INVALID_ARGUMENT, ETAG_STALE,
// LAST_ADMINISTRATOR, LAST_LOCAL_ADMINISTRATOR, SESSION_REQUIRED, UNAUTHENTICATED when
// the session or key ends meanwhile.
// Whoever changes the own rights gets a new session: its secret is in the Login,
// which else holds the account alone.
func (d *Desk) ChangeAccount(ctx context.Context, by Actor, e Edit) (Login, error) {
	return d.change(ctx, by, e, "ACCOUNT_UPDATE")
}

// Deactivate ends an account: nobody logs in with it, its sessions and
// invitations end at once. Reasons: ACCOUNT_NOT_FOUND, LAST_ADMINISTRATOR,
// LAST_LOCAL_ADMINISTRATOR, UNAUTHENTICATED when the session or key ends meanwhile.
func (d *Desk) Deactivate(ctx context.Context, by Actor, id string) error {
	_, err := d.change(ctx, by, Edit{Account: id, Change: func(a *Account) { a.State = Deactivated }}, "ACCOUNT_DEACTIVATE")
	return err
}

func (d *Desk) change(ctx context.Context, by Actor, e Edit, action string) (Login, error) {
	var after Account
	var login Login
	err := d.store.ChangeAccount(ctx, by.Tenant, e.Account, e.Dry, func(was Account, others Others, made Made) (AccountChange, error) {
		login = Login{} // of an attempt that was undone
		if e.ETag != "" && e.ETag != was.ETag() {
			return AccountChange{}, faultStale
		}
		var err error
		if after, err = edited(was, e.Change, others); err != nil || after.same(was) {
			return AccountChange{}, err
		}
		if !after.sameRights(was) && !by.mayGrant(after) {
			return AccountChange{}, faultSessionNeeded
		}
		after.Revision++
		next := changed(was, after, made, by, d.now(), action)
		if next.EndSessions && by.Session != "" && by.ID == after.ID && after.State == Active {
			login.Session, login.Secret = newSession(after, d.now(), by.Place)
			next.Renewed = &login.Session
		}
		return next, nil
	})
	switch {
	case absent(err):
		err = faultAccount
	case errors.Is(err, ErrEnded): // logged out meanwhile
		err = Unidentified()
	}
	if login.Account = after; e.Dry {
		login.Secret = ""
	}
	return login, err
}

// changed is what follows from a change of an account. Its one record names the
// keys and the links that end with it.
func changed(was, after Account, made Made, by Actor, now time.Time, action string) AccountChange {
	ended, values := after.outlived(made.Keys, now), after.values()
	if len(ended) > 0 {
		var names []string
		for _, id := range ended {
			names = append(names, APIKey{ID: id}.resource())
		}
		values["endedApiKeys"] = names
	}
	risen := after.Role == Administrator && was.Role != Administrator // a key may have made the link that it has
	var links []Invitation
	if !after.mayInvite() {
		links = made.Links
	}
	return AccountChange{
		Account: after, Changed: true, EndSessions: !after.sameRights(was), EndInvitations: risen || after.State == Deactivated, EndKeys: ended, EndLinks: links,
		Record: by.did(now, action, was.resource(), was.values(), values).Ending(links),
	}
}

// edited applies a change and judges the result; others are those who keep the
// organization governable.
func edited(was Account, change func(*Account), others Others) (Account, error) {
	next := was
	change(&next)
	next = next.tidied()
	bad := next.faults("account.", "displayName")
	switch {
	case next.State == was.State, next.State == Deactivated:
	case was.State != Deactivated || next.State != Active:
		bad = append(bad, fieldState)
	case !was.Password && !was.OpenID:
		next.State = Invited // its invitation was never accepted
	}
	switch {
	case len(bad) > 0:
		return was, fault.Invalid(bad...)
	case was.governs() && !next.governs() && others.Administrators == 0:
		return was, faultLast
	case was.governsAlone() && !next.governsAlone() && others.Local == 0:
		return was, faultLastLocal
	}
	return next, nil
}

// ETag names the revision of the account.
func (a Account) ETag() string { return strconv.FormatInt(a.Revision, 10) }
