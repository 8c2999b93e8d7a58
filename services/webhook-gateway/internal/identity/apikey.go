package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"golang.org/x/text/unicode/norm"
)

const (
	keyLife    = 90 * 24 * time.Hour  // unless told otherwise
	keyLongest = 365 * 24 * time.Hour // at most
)

var faultSessionNeeded = fault.New(fault.Denied, "SESSION_REQUIRED", fault.Text{
	JA: "APIキーでは、APIキーの発行や管理者権限の付与はできません。管理者がログインして行ってください。",
	EN: "An API key can neither make keys nor hand out the rights of an administrator. Let an administrator log in and do it."})

// AddKey makes an API key from Name, Role and Expires (zero means in 90 days) and
// returns it with its secret, the only time it is known. A dry one is checked and
// has neither id nor secret. Reasons: INVALID_ARGUMENT, SESSION_REQUIRED for a
// program, UNAUTHENTICATED when the session ends meanwhile.
func (d *Desk) AddKey(ctx context.Context, by Actor, k APIKey, dry bool) (APIKey, string, error) {
	if by.Session == "" {
		return APIKey{}, "", faultSessionNeeded
	}
	now := d.now().Truncate(time.Millisecond) // as it is stored, so that every answer shows the same
	k.Name = strings.TrimSpace(norm.NFC.String(k.Name))
	if k.Expires.IsZero() {
		k.Expires = now.Add(keyLife)
	}
	if bad := k.faults(now); len(bad) > 0 {
		return APIKey{}, "", fault.Invalid(bad...)
	}
	if k.Tenant, k.Creator, k.Created = by.Tenant, by.ID, now; dry {
		return k, "", nil
	}
	secret := NewSecret(KeyPrefix)
	k.ID, k.Hash = newID(), Hash(secret)
	record := by.did(now, "API_KEY_CREATE", k.resource(), nil, k.values())
	err := d.store.AddKey(ctx, k, record)
	if absent(err) { // logged out meanwhile, perhaps since the rights changed
		err = Unidentified()
	}
	return k, secret, err
}

// lends reports whether a key of the role may live by the rights of the account.
// Keys know no departments, so whoever is limited to some lends nothing.
func (a Account) lends(r Role) bool {
	covered := a.Role == Administrator ||
		!slices.ContainsFunc(r.Permissions(), func(p string) bool { return !slices.Contains(a.Role.Permissions(), p) })
	return a.State != Deactivated && len(a.limits()) == 0 && covered
}

// outlived are the ids of those of its keys that an account can no longer lend
// its rights to.
func (a Account) outlived(keys []APIKey, now time.Time) []string {
	var ids []string
	for _, k := range keys {
		if k.Expires.After(now) && !a.lends(k.Role) {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// resource is the name of the key in the audit.
func (k APIKey) resource() string { return "apiKeys/" + k.ID }

// values are what the audit says of a key.
func (k APIKey) values() Values {
	return Values{"displayName": k.Name, "role": k.Role, "expireTime": k.Expires}
}

func (k APIKey) faults(now time.Time) []fault.Field {
	var bad []fault.Field
	if !plain(k.Name, 100) {
		bad = append(bad, fault.Field{Path: "displayName", Reason: "NAME_LENGTH", Text: fault.Text{
			JA: "表示名は1〜100文字で、改行や制御文字を含めずに入力してください。",
			EN: "The display name must have 1 to 100 characters, without line breaks or control characters."}})
	}
	if !k.Role.Known() {
		bad = append(bad, fault.Field{Path: "role", Reason: "REQUIRED", Text: fault.Text{
			JA: "APIキーの権限を指定してください(ADMINISTRATOR、MANAGER、EMPLOYEE、EMPLOYEE_READ_ONLY、AUDITOR)。",
			EN: "Choose the role of the API key: ADMINISTRATOR, MANAGER, EMPLOYEE, EMPLOYEE_READ_ONLY or AUDITOR."}})
	}
	if !k.Expires.After(now) || k.Expires.After(now.Add(keyLongest)) {
		bad = append(bad, fault.Field{Path: "expireTime", Reason: "EXPIRE_TIME_RANGE", Text: fault.Text{
			JA: "有効期限は現在より後、365日以内にしてください。",
			EN: "The expiry must lie in the future, at most 365 days ahead."}})
	}
	return bad
}

// Keys lists the live keys of a tenant, oldest first: at most limit
// after the key of that id, and whether there are more.
func (d *Desk) Keys(ctx context.Context, tenant, after string, limit int) ([]APIKey, bool, error) {
	keys, err := d.store.Keys(ctx, tenant, after, limit+1, d.now())
	if len(keys) <= limit {
		return keys, false, err
	}
	return keys[:limit], true, err
}

// EndKey ends a key at once. Reasons: API_KEY_NOT_FOUND, also for one of
// another tenant.
func (d *Desk) EndKey(ctx context.Context, by Actor, id string) error {
	was, err := d.store.Key(ctx, by.Tenant, id) // nothing of it changes but its end
	if err == nil {
		err = d.store.EndKey(ctx, id, by.did(d.now(), "API_KEY_DELETE", was.resource(), was.values(), nil))
	}
	if absent(err) {
		return fault.New(fault.NotFound, "API_KEY_NOT_FOUND", fault.Text{
			JA: "APIキーが見つかりません。", EN: "There is no such API key."})
	}
	return err
}
