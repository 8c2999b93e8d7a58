package identity

import (
	"context"

	"github.com/dakoku/dakoku/platform/fault"
)

var (
	faultSession = fault.New(fault.NotFound, "SESSION_NOT_FOUND", fault.Text{
		JA: "セッションが見つかりません。", EN: "There is no such session."})
	faultAccount = fault.New(fault.NotFound, "ACCOUNT_NOT_FOUND", fault.Text{
		JA: "アカウントが見つかりません。", EN: "There is no such account."})
)

// LogOut ends the session of the caller. Reasons: UNAUTHENTICATED when there is
// none.
func (d *Desk) LogOut(ctx context.Context, by Actor) error {
	if by.Session == "" {
		return Unidentified()
	}
	err := d.end(ctx, by, by.ID, by.Session, "LOG_OUT")
	if absent(err) {
		return Unidentified()
	}
	return err
}

// Sessions lists the live sessions of an account, newest first, at most so many
// that are older than the session before (empty: from the newest), and tells
// whether there are more. Reasons: ACCOUNT_NOT_FOUND.
func (d *Desk) Sessions(ctx context.Context, tenant, account, before string, limit int) ([]Session, bool, error) {
	if _, err := d.store.Account(ctx, tenant, account); absent(err) {
		return nil, false, faultAccount
	} else if err != nil {
		return nil, false, err
	}
	now := d.now()
	list, err := d.store.Sessions(ctx, tenant, account, before, limit+1, now.Add(-sessionIdle), now.Add(-sessionLife))
	if len(list) <= limit {
		return list, false, err
	}
	return list[:limit], true, err
}

// EndSession ends one session of an account at once. Reasons: SESSION_NOT_FOUND,
// also for another account's.
func (d *Desk) EndSession(ctx context.Context, by Actor, account, id string) error {
	err := d.end(ctx, by, account, id, "SESSION_END")
	if absent(err) {
		return faultSession
	}
	return err
}

func (d *Desk) end(ctx context.Context, by Actor, account, id, action string) error {
	now := d.now()
	session := Session{ID: id}
	record := by.did(now, action, session.resource(), Values{"account": account}, nil)
	return d.store.EndSession(ctx, account, id, record)
}

// EndSessions ends every session of an account at once. Reasons:
// ACCOUNT_NOT_FOUND.
func (d *Desk) EndSessions(ctx context.Context, by Actor, account string) error {
	record := by.did(d.now(), "SESSIONS_END", Account{ID: account}.resource(), nil, nil)
	err := d.store.EndSessions(ctx, account, record)
	if absent(err) {
		return faultAccount
	}
	return err
}
