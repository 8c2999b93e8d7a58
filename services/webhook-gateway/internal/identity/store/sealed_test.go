package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
	"github.com/jackc/pgx/v5"
)

// What is a bytea is sealed, or it is here with the reason why it need not be.
func TestEverySealedColumnIsDeclared(t *testing.T) {
	declared := []string{
		"api_keys.secret_hash", "attempts.key_hash", "invitations.secret_hash",
		"openid_errands.invitation_hash", "openid_errands.secret_hash", "openid_errands.session_hash", "openid_errands.subject_hash", "openid_subjects.subject_hash", "recovery_codes.code_hash",
		"sessions.secret_hash", "setup.secret_hash", // hashes of what has randomness of its own, or of what is no secret
		"schema_migrations.sha256",
	}
	for _, c := range store.Sealed() {
		declared = append(declared, c.Table+"."+c.Column)
	}
	slices.Sort(declared)
	if got := pgtest.New(t, store.Migrations()).Columns(t, "identity", "bytea"); !slices.Equal(got, declared) {
		t.Errorf("columns of bytes: %v\n     declared: %v", got, declared)
	}
}

// A rotation wraps the secret of a second factor anew and can change nothing else.
func TestARotationLeavesSecondFactors(t *testing.T) {
	s, pg, in, _ := open(t)
	tenant, account := in.Organization.ID, in.Account.ID
	factor := identity.Factor{ID: newID(), Tenant: tenant, Account: account, Sealed: []byte("\x00\x00\x00\x03OLDtext"), Created: now}
	if err := s.PutFactor(t.Context(), factor, record(tenant)); err != nil {
		t.Fatal(err)
	}
	db := pg.Open(t, store.Migrations().Role())
	for _, sql := range []string{
		`update identity.second_factors set secret = '\x000000044e455721'::bytea || 'tent'`,
		`update identity.second_factors set last_step = 1`, `delete from identity.second_factors`, `select 1 from identity.recovery_codes`,
	} {
		err := db.InTx(t.Context(), postgres.Worker(store.Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("worker: %s: %v", sql, err)
		}
	}
	_, err := postgres.NewSealed(db, store.Migrations(), store.Sealed()...).Rewrap(t.Context(), []byte("NEW"), func(string, []byte) ([]byte, error) {
		return []byte("\x00\x00\x00\x04NEW!text"), nil
	}, func(string) {})
	got, readErr := s.Factor(t.Context(), tenant, account)
	if err != nil || readErr != nil || string(got.Sealed) != "\x00\x00\x00\x04NEW!text" {
		t.Errorf("%q %v %v", got.Sealed, err, readErr)
	}
}

// What the audit has noted stays, whoever wants it otherwise.
func TestTheAuditStays(t *testing.T) {
	_, pg, in, _ := open(t)
	db := pg.Open(t, store.Migrations().Role())
	for _, sql := range []string{"update identity.audit_events set actor = 'x'", "delete from identity.audit_events", "truncate identity.audit_events"} {
		err := db.InTx(t.Context(), postgres.Tenants(in.Organization.ID), func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if postgres.Code(err) != "42501" {
			t.Errorf("service: %s: %v", sql, err)
		}
		if _, err := pg.Owner(t).Exec(t.Context(), sql); postgres.Code(err) != "42501" {
			t.Errorf("owner: %s: %v", sql, err)
		}
	}
}

// A change whose row of the audit cannot be written is not made, and the other
// way round.
func TestAChangeAndItsRecordCommitTogether(t *testing.T) {
	s, pg, in, key := open(t)
	tenant := in.Organization.ID
	bad := record(tenant)
	bad.Action = "" // refused by the table
	if err := s.EndKey(t.Context(), key.ID, bad); postgres.Constraint(err) != "audit_events_action_check" {
		t.Fatal(err)
	}
	if _, err := s.KeyByHash(t.Context(), key.Hash); err != nil {
		t.Errorf("ended without a record: %v", err)
	}
	good := record(tenant)
	if err := s.EndKey(t.Context(), newID(), good); err == nil {
		t.Error("an absent key is ended")
	}
	var rows int
	if err := pg.Owner(t).QueryRow(t.Context(), "select count(*) from identity.audit_events where id = $1", good.ID).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d records of nothing, %v", rows, err)
	}
}

// A log-in that was begun before password, second factor or rights changed
// starts no session, and a session of an account that is not active is none.
func TestASessionIsOfTheAccountOfNow(t *testing.T) {
	s, pg, in, _ := open(t)
	ctx, tenant, account := t.Context(), in.Organization.ID, in.Account.ID
	session := func(secret string) identity.Session {
		return identity.Session{ID: newID(), Tenant: tenant, Account: account, Hash: identity.Hash(secret), Created: now, Used: now}
	}
	by := func(n identity.Session) identity.Record {
		r := record(tenant)
		r.Actor.Session = n.ID
		return r
	}
	if err := s.StartSession(ctx, session("a"), 1, identity.Replaced{}, record(tenant)); err != nil {
		t.Fatal(err)
	}
	factor := identity.Factor{ID: newID(), Tenant: tenant, Account: account, Sealed: []byte("sealed"), Created: now}
	next, last, live := session("b"), session("c"), session("e")
	changes := []error{
		s.PutFactor(ctx, factor, record(tenant)), s.ConfirmFactor(ctx, factor, nil, next, by(in.Session)), // revision 2
		s.RemoveFactor(ctx, 2, nil, last, by(next)),                       // 3
		s.ChangePassword(ctx, 3, "hash 2", session("d"), by(last)),        // 4
		s.StartSession(ctx, live, 4, identity.Replaced{}, record(tenant)), // the one of now
	}
	if err := errors.Join(changes...); err != nil {
		t.Fatal(err)
	}
	for revision := range int64(4) {
		if err := s.StartSession(ctx, session("late"), revision, identity.Replaced{}, record(tenant)); !errors.Is(err, identity.ErrNotFound) {
			t.Errorf("revision %d: %v", revision, err)
		}
	}
	if err := s.RemoveFactor(ctx, 2, nil, session("x"), by(live)); !errors.Is(err, identity.ErrChanged) {
		t.Errorf("a factor is removed from another account than was judged: %v", err)
	}
	if err := s.ChangePassword(ctx, 3, "hash 3", session("f"), by(live)); !errors.Is(err, identity.ErrChanged) {
		t.Errorf("a password changes what it was not proved for: %v", err)
	}
	if err := s.ChangePassword(ctx, 4, "hash 3", session("g"), by(last)); !errors.Is(err, identity.ErrNotFound) {
		t.Errorf("whoever was logged out meanwhile changes the password: %v", err)
	}
	for _, secret := range []string{"a", "b", "c"} {
		if _, _, err := s.SessionByHash(ctx, identity.Hash(secret)); !errors.Is(err, identity.ErrNotFound) {
			t.Errorf("%s lives: %v", secret, err)
		}
	}
	if _, err := pg.Owner(t).Exec(ctx, "set row_security = off; update identity.accounts set state = 'DEACTIVATED'"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.SessionByHash(ctx, identity.Hash("e")); !errors.Is(err, identity.ErrNotFound) {
		t.Errorf("the session of a deactivated account: %v", err)
	}
}
