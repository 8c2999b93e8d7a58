package store_test

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// Who ends all sessions reads in the audit how many were in use, as the list shows them,
// not how many rows nobody had ended.
func TestTheEndOfSessionsCountsThoseThatLive(t *testing.T) {
	s, db, in, _ := open(t)
	later := now.Add(24 * time.Hour)
	for name, at := range map[string]struct{ made, used, ended time.Time }{ // beside the one of open, which is a day old
		"live":   {later.Add(-12*time.Hour + time.Millisecond), later.Add(-30*time.Minute + time.Millisecond), time.Time{}},
		"idle":   {later.Add(-time.Hour), later.Add(-30 * time.Minute), time.Time{}},
		"old":    {later.Add(-12 * time.Hour), later, time.Time{}},
		"signed": {later.Add(-time.Minute), later, later},
	} {
		_, err := db.Owner(t).Exec(t.Context(), `
			insert into identity.sessions (tenant_id, id, account_id, secret_hash, create_time, use_time, address, user_agent, proof_time, end_time)
			values ($1, $2, $3, $4, $5, $6, '', '', $5, nullif($7, '0001-01-01Z'::timestamptz))`,
			in.Organization.ID, newID(), in.Account.ID, identity.Hash(name), at.made, at.used, at.ended)
		if err != nil {
			t.Fatal(err)
		}
	}
	desk, err := identity.NewDesk(t.Context(), s, nil, func() time.Time { return later })
	if err != nil {
		t.Fatal(err)
	}
	by := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID}
	shown, _, err := desk.Sessions(t.Context(), by.Tenant, by.ID, "", 10)
	if err != nil || len(shown) != 1 {
		t.Fatalf("%v %v", shown, err)
	}
	if err := desk.EndSessions(t.Context(), by, by.ID); err != nil {
		t.Fatal(err)
	}
	var was, is int
	err = db.Owner(t).QueryRow(t.Context(), `
		select (before ->> 'sessions')::int, (after ->> 'sessions')::int from identity.audit_events where action = 'SESSIONS_END'`).Scan(&was, &is)
	if err != nil || was != len(shown) || is != 0 || living(t, db) != 0 {
		t.Errorf("sessions %d → %d, %d not ended: %v", was, is, living(t, db), err)
	}
}
