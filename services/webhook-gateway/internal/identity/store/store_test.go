package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// open gives a store, its database and a company with a key.
func open(t *testing.T) (*store.Store, *pgtest.Database, identity.Installation, identity.APIKey) {
	t.Helper()
	db := pgtest.New(t, store.Migrations())
	s := store.New(db.Open(t, store.Migrations().Role()))
	tenant, account := newID(), newID()
	in := identity.Installation{
		SecretHash:   identity.Hash("setup"),
		Organization: identity.Organization{ID: tenant, Name: "Mogami", TimeZone: "Asia/Tokyo", Locale: "ja", ClosingDay: 31, Revision: 1},
		Account: identity.Account{ID: account, Tenant: tenant, Email: "Hanako@example.com", Name: "花子", Role: identity.Administrator,
			State: identity.Active, Departments: []string{"営業"}, Employee: newID(), Password: true, Revision: 1, Created: now},
		PasswordHash: "hash",
		Session:      identity.Session{ID: newID(), Tenant: tenant, Account: account, Hash: identity.Hash("session"), Created: now, Used: now},
	}
	key := identity.APIKey{ID: newID(), Tenant: tenant, Name: "k", Role: identity.Auditor, Hash: identity.Hash("key"), Creator: account, Created: now, Expires: now.Add(time.Hour)}
	made := record(tenant)
	made.Actor.Session = in.Session.ID
	if err := errors.Join(s.Offer(t.Context(), identity.SetupOffer{Hash: in.SecretHash, Made: now}), s.SetUp(t.Context(), in, record(tenant)), s.AddKey(t.Context(), key, made)); err != nil {
		t.Fatal(err)
	}
	return s, db, in, key
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// record is the audit of some change.
func record(tenant string) identity.Record {
	return identity.Record{ID: newID(), Tenant: tenant, Time: now, Actor: identity.Actor{Tenant: tenant, Kind: identity.BySetup}, Action: "TEST", Resource: "tests/1"}
}

func TestWhatIsStoredIsFound(t *testing.T) {
	s, _, in, key := open(t)
	ctx := t.Context()
	if o, err := s.Organization(ctx, in.Organization.ID); err != nil || o != in.Organization {
		t.Errorf("%v %v", o, err)
	}
	if a, hash, err := s.AccountByEmail(ctx, identity.EmailKey("hanako@EXAMPLE.com")); err != nil || !cmp.Equal(a, in.Account) || hash != "hash" {
		t.Errorf("%v %v", a, err)
	}
	if n, a, err := s.SessionByHash(ctx, identity.Hash("session")); err != nil || n.ID != in.Session.ID || a.Role != identity.Administrator || len(a.Departments) != 1 || a.Employee != in.Account.Employee || !n.Used.Equal(now) {
		t.Errorf("%v %v", n, err)
	}
	if k, err := s.KeyByHash(ctx, identity.Hash("key")); err != nil || k.ID != key.ID || !k.Expires.Equal(key.Expires) {
		t.Errorf("%v %v", k, err)
	}
	if keys, err := s.Keys(ctx, in.Organization.ID, "", 10, now.Add(2*time.Hour)); err != nil || len(keys) != 0 {
		t.Errorf("expired keys are listed: %v %v", keys, err)
	}
}

func TestAnotherTenantFindsNothing(t *testing.T) {
	s, _, in, key := open(t)
	ctx, other := t.Context(), newID()
	for name, err := range map[string]error{
		"organization": second(s.Organization(ctx, other)), "account": second(s.Account(ctx, other, in.Account.ID)),
		"key": s.EndKey(ctx, key.ID, record(other)), "session": s.EndSession(ctx, in.Account.ID, in.Session.ID, record(other)),
		"sessions":  s.EndSessions(ctx, in.Account.ID, record(other)),
		"no tenant": second(s.Organization(ctx, "")), "odd tenant": second(s.Account(ctx, "x' or true", in.Account.ID)),
	} {
		if !errors.Is(err, identity.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if keys, err := s.Keys(ctx, other, "", 10, now); err != nil || len(keys) != 0 {
		t.Errorf("keys: %v %v", keys, err)
	}
}

func second[T any](_ T, err error) error { return err }

// The service's role sees no row without a tenant, and the worker role cannot
// write what it only looks up.
func TestTheDatabaseIsTheSecondWall(t *testing.T) {
	_, pg, in, _ := open(t)
	db := pg.Open(t, store.Migrations().Role())
	try := func(scope postgres.Scope, sql string) (rows int64, err error) {
		err = db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, sql)
			rows = tag.RowsAffected()
			return err
		})
		return rows, err
	}
	worker := postgres.Worker(store.Migrations().WorkerRole())
	for _, table := range []string{"organizations", "accounts", "sessions", "api_keys", "invitations", "audit_events", "openid_subjects", "second_factors", "recovery_codes"} {
		if _, err := try(postgres.NoTenant(), "select tenant_id from identity."+table); err == nil {
			t.Errorf("%s is open without a tenant", table)
		}
		if rows, err := try(postgres.Tenants(newID()), "select tenant_id from identity."+table); err != nil || rows != 0 {
			t.Errorf("%s: %d foreign rows, %v", table, rows, err)
		}
	}
	for _, sql := range []string{
		"update identity.accounts set role = 'ADMINISTRATOR'", "update identity.sessions set account_id = id", "insert into identity.api_keys select * from identity.api_keys",
		"select name from identity.organizations", "delete from identity.accounts", "update identity.organizations set closing_day = 1", "select 1 from identity.setup",
	} {
		if _, err := try(worker, sql); postgres.Code(err) != "42501" {
			t.Errorf("worker may %s: %v", sql, err)
		}
	}
	tenant := postgres.Tenants(in.Organization.ID)
	if _, err := try(tenant, "delete from identity.accounts"); postgres.Code(err) != "42501" {
		t.Errorf("an account can be removed: %v", err)
	}
	if _, err := try(tenant, "update identity.setup set done_time = null, secret_hash = sha256('x')"); postgres.Constraint(err) != "setup_stays_done" {
		t.Errorf("set-up can be opened again: %v", err)
	}
}

func TestADoneSetUpTakesNoOffer(t *testing.T) {
	s, _, in, _ := open(t)
	if err := s.Offer(t.Context(), identity.SetupOffer{Hash: identity.Hash("again"), Made: now}); !errors.Is(err, identity.ErrSetupDone) {
		t.Errorf("offer: %v", err)
	}
	if _, err := s.Offered(t.Context()); !errors.Is(err, identity.ErrSetupDone) {
		t.Errorf("offered: %v", err)
	}
	in.Organization.ID = newID()
	if err := s.SetUp(t.Context(), in, record(in.Organization.ID)); !errors.Is(err, identity.ErrSetupDone) {
		t.Errorf("set-up: %v", err)
	}
}

func TestCalendarsAreSentOncePerRevision(t *testing.T) {
	s, pg, in, _ := open(t)
	count := func() int {
		list, err := s.Unpushed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if count() != 1 {
		t.Fatal("a new organization is not to be sent")
	}
	if err := s.Pushed(t.Context(), in.Organization.ID, 1); err != nil || count() != 0 {
		t.Errorf("sent again: %v", err)
	}
	if _, err := pg.Owner(t).Exec(t.Context(), "update identity.organizations set revision = 2"); err != nil || count() != 1 {
		t.Errorf("a change is not to be sent: %v", err)
	}
}

func TestSweepKeepsWhatLives(t *testing.T) {
	s, _, _, _ := open(t)
	if err := s.Sweep(t.Context(), now.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.SessionByHash(t.Context(), identity.Hash("session")); err != nil {
		t.Errorf("swept too early: %v", err)
	}
	if err := s.Sweep(t.Context(), now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.SessionByHash(t.Context(), identity.Hash("session")); !errors.Is(err, identity.ErrNotFound) {
		t.Errorf("not swept: %v", err)
	}
}
