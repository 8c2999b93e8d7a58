package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
	"github.com/jackc/pgx/v5"
)

// Whoever was logged out, or whose key has ended, while a link was being made has
// made none.
func TestALinkIsMadeByWhoMayStill(t *testing.T) {
	s, db, in, key := open(t)
	tenant := in.Organization.ID
	by := func(kind, id, session string) identity.Record {
		r := record(tenant)
		r.Actor = identity.Actor{Tenant: tenant, Kind: kind, ID: id, Session: session}
		return r
	}
	makers := map[string]func() identity.Record{
		"account": func() identity.Record { return by(identity.ByAccount, in.Account.ID, in.Session.ID) },
		"key":     func() identity.Record { return by(identity.ByKey, key.ID, "") },
	}
	invite := func(made func() identity.Record) (again, first error) {
		a := identity.Account{ID: newID(), Tenant: tenant, Email: newID() + "@x", Name: "x", Role: identity.Employee, State: identity.Invited, Revision: 1, Created: now}
		i := link(in)
		i.Account = a.ID
		return s.AddInvitation(t.Context(), link(in), in.Account.Revision, made()), s.AddAccount(t.Context(), a, i, made(), false)
	}
	for name, made := range makers {
		if again, first := invite(made); again != nil || first != nil {
			t.Errorf("%s: %v %v", name, again, first)
		}
	}
	if _, err := db.Owner(t).Exec(t.Context(), "update identity.sessions set end_time = now(); update identity.api_keys set end_time = now()"); err != nil {
		t.Fatal(err)
	}
	for name, made := range makers {
		if again, first := invite(made); !errors.Is(again, identity.ErrEnded) || !errors.Is(first, identity.ErrEnded) {
			t.Errorf("%s has ended: %v %v", name, again, first)
		}
	}
}

// What the store says of whoever was logged out meanwhile, or whose key has ended, is
// told as to anybody who is not logged in.
func TestWhoMayNotAnyMoreIsToldSo(t *testing.T) {
	s, db, in, key := open(t)
	desk, err := identity.NewDesk(t.Context(), s, nil, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	person := identity.Actor{Tenant: in.Organization.ID, Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}
	wanted := identity.Account{Email: "b@example.com", Name: "鈴木", Role: identity.Auditor}
	other, _, err := desk.AddAccount(t.Context(), person, wanted, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Owner(t).Exec(t.Context(), "update identity.sessions set end_time = now(); update identity.api_keys set end_time = now()"); err != nil {
		t.Fatal(err)
	}
	wanted.Email = "c@example.com"
	for _, by := range []identity.Actor{person, {Tenant: person.Tenant, Kind: identity.ByKey, ID: key.ID}} {
		if _, made, err := desk.AddAccount(t.Context(), by, wanted, false); !fault.HasReason(err, "UNAUTHENTICATED") || made.Secret != "" {
			t.Errorf("%s: an account: %v", by.Kind, err)
		}
		if _, err := desk.Invite(t.Context(), by, other.ID, false); !fault.HasReason(err, "UNAUTHENTICATED") {
			t.Errorf("%s: a link: %v", by.Kind, err)
		}
	}
}

// Whoever makes a link waits for a change of the own account, or of the key's, which
// may end it.
func TestALinkWaitsForItsMaker(t *testing.T) {
	s, db, in, key := open(t)
	for kind, by := range map[string]identity.Actor{
		"account": {Kind: identity.ByAccount, ID: in.Account.ID, Session: in.Session.ID}, "key": {Kind: identity.ByKey, ID: key.ID},
	} {
		by.Tenant = in.Organization.ID
		a := identity.Account{ID: newID(), Tenant: by.Tenant, Email: kind + "@x", Name: "x", Role: identity.Employee, State: identity.Invited, Revision: 1, Created: now}
		i, r := link(in), record(by.Tenant)
		i.Account, r.Actor = a.ID, by
		holder, ended := hold(t, db), make(chan error, 1)
		go func() { ended <- s.AddAccount(t.Context(), a, i, r, false) }()
		if !waits(t, db, ended) {
			t.Errorf("%s does not wait", kind)
		}
		if _, err := holder.Exec(t.Context(), "update identity.sessions set end_time = now(); update identity.api_keys set end_time = now()"); err != nil {
			t.Fatal(err)
		}
		if err := holder.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, identity.ErrEnded) {
			t.Errorf("a link of somebody whose %s has ended: %v", kind, err)
		}
		if _, err := db.Owner(t).Exec(t.Context(), "update identity.sessions set end_time = null; update identity.api_keys set end_time = null"); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever ends a key holds no account: what waits is for the row of the key, or a link
// would outlive the key that made it.
func TestALinkWaitsForTheEndOfItsKey(t *testing.T) {
	s, db, in, key := open(t)
	a := identity.Account{ID: newID(), Tenant: in.Organization.ID, Email: "x@x", Name: "x", Role: identity.Employee, State: identity.Invited, Revision: 1, Created: now}
	r := record(a.Tenant)
	r.Actor = identity.Actor{Tenant: a.Tenant, Kind: identity.ByKey, ID: key.ID}
	first, again := link(in), link(in)
	first.Account = a.ID
	for name, invite := range map[string]func() error{
		"first": func() error { return s.AddAccount(t.Context(), a, first, r, false) },
		"again": func() error { return s.AddInvitation(t.Context(), again, in.Account.Revision, r) },
	} {
		r.ID = newID()
		holder, err := db.Owner(t).Begin(t.Context())
		if err == nil { // as EndKey does, which finds no links to end
			_, err = holder.Exec(t.Context(), "update identity.api_keys set end_time = now()")
		}
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- invite() }()
		if !waits(t, db, ended) {
			t.Errorf("%s: it does not wait", name)
		}
		if err := holder.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, identity.ErrEnded) {
			t.Errorf("%s: a link of a key that has ended: %v", name, err)
		}
		if _, err := db.Owner(t).Exec(t.Context(), "update identity.api_keys set end_time = null"); err != nil {
			t.Fatal(err)
		}
	}
}

// Two who make links for each other wait for the same account first, or each would
// wait for the other.
func TestLinksForEachOther(t *testing.T) {
	s, db, in, _ := open(t)
	a := identity.Account{ID: newID(), Tenant: in.Organization.ID, Email: "x@x", Name: "x", Role: identity.Employee, State: identity.Invited, Revision: 1, Created: now}
	i := link(in)
	i.Account = a.ID
	if err := s.AddAccount(t.Context(), a, i, record(a.Tenant), false); err != nil {
		t.Fatal(err)
	}
	first, last := in.Account.ID, a.ID // in the order of their making
	for maker, target := range map[string]string{first: last, last: first} {
		holder, err := db.Owner(t).Begin(t.Context())
		if err == nil {
			_, err = holder.Exec(t.Context(), "select from identity.accounts where id = $1 for update", first)
		}
		if err != nil {
			t.Fatal(err)
		}
		i, r := link(in), record(a.Tenant)
		i.Account, r.Actor = target, identity.Actor{Tenant: a.Tenant, Kind: identity.ByAccount, ID: maker, Session: in.Session.ID}
		ended := make(chan error, 1)
		go func() { ended <- s.AddInvitation(t.Context(), i, 1, r) }()
		if !waits(t, db, ended) {
			t.Error("nobody waits")
		}
		if _, err := holder.Exec(t.Context(), "select from identity.accounts where id = $1 for update nowait", last); err != nil {
			t.Errorf("who waits for the one account holds the other: %v", err)
		}
		if err := holder.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; (maker == first) != (err == nil) { // the other one has no such session
			t.Error(err)
		}
	}
}

// A company with an administrator, somebody who is none any more, a key of the
// administrator that has ended, and a link of each.
const linksOfThen = `
insert into identity.organizations (tenant_id, name, time_zone, locale, closing_day, revision, create_time)
values ('11111111-1111-1111-1111-111111111111', 'Mogami', 'Asia/Tokyo', 'ja', 31, 1, now());
insert into identity.accounts (tenant_id, id, email, email_key, display_name, role, state, departments, revision, create_time)
select '11111111-1111-1111-1111-111111111111', i::uuid, n, lower(n), initcap(n), r, s, '{}', 1, '2026-11-01Z'
from (values ('22222222-2222-2222-2222-222222222222', 'boss', 'ADMINISTRATOR', 'ACTIVE'), ('33333333-3333-3333-3333-333333333333', 'demoted', 'MANAGER', 'ACTIVE'),
	('a2222222-2222-2222-2222-222222222222', 'of boss', 'EMPLOYEE', 'INVITED'), ('a3333333-3333-3333-3333-333333333333', 'of demoted', 'EMPLOYEE', 'INVITED'),
	('a4444444-4444-4444-4444-444444444444', 'of key', 'EMPLOYEE', 'INVITED'), ('a5555555-5555-5555-5555-555555555555', 'of operator', 'ADMINISTRATOR', 'INVITED')) a (i, n, r, s);
insert into identity.api_keys (tenant_id, id, display_name, role, secret_hash, creator, create_time, expire_time, end_time)
values ('11111111-1111-1111-1111-111111111111', '44444444-4444-4444-4444-444444444444', 'k', 'ADMINISTRATOR', sha256('k'), '22222222-2222-2222-2222-222222222222', now(), now() + interval '1 day', now());
insert into identity.invitations (tenant_id, id, account_id, secret_hash, remove_totp, create_time, expire_time)
select tenant_id, id, id as account, sha256(email::bytea), false, '2026-11-01Z', now() + interval '1 day' from identity.accounts where state = 'INVITED';
insert into identity.audit_events (tenant_id, id, event_time, actor_kind, actor, address, request_id, action, resource, after)
select '11111111-1111-1111-1111-111111111111', gen_random_uuid(), t::timestamptz, k, m, '', '', a, 'accounts/' || r, jsonb_build_object('invitation', r)
from (values ('2026-11-01Z', 'account', '22222222-2222-2222-2222-222222222222', 'ACCOUNT_CREATE', 'a2222222-2222-2222-2222-222222222222'),
	('2026-11-09Z', 'account', '33333333-3333-3333-3333-333333333333', 'ACCOUNT_INVITE', 'a3333333-3333-3333-3333-333333333333'),
	('2026-10-01Z', 'account', '22222222-2222-2222-2222-222222222222', 'ACCOUNT_CREATE', 'a5555555-5555-5555-5555-555555555555'),
	('2026-11-01Z', 'apiKey', '44444444-4444-4444-4444-444444444444', 'ACCOUNT_CREATE', 'a4444444-4444-4444-4444-444444444444')) e (t, k, m, a, r)`

func TestLinksThatNobodyStandsForEndWithTheUpgrade(t *testing.T) {
	db := pgtest.New(t)
	login, owner := db.Ordinary(t), db.Owner(t)
	if err := postgres.Migrate(t.Context(), login, before(t, "0018")); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), linksOfThen); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), login, store.Migrations()); err != nil {
		t.Fatal(err)
	}
	const of = "select a.email from identity.accounts a join identity.invitations i on i.account_id = a.id "
	for question, want := range map[string][]string{
		of + "where i.end_time is not null order by 1":                                                                                    {"of demoted", "of key"},
		of + "where i.maker_account = '22222222-2222-2222-2222-222222222222' order by 1":                                                  {"of boss", "of key"},
		of + "where i.maker_account is null":                                                                                              {"of operator"},
		of + "join identity.audit_events e on e.resource = 'accounts/' || a.id where e.action = 'INVITATION_END' order by 1":              {"of demoted", "of key"},
		`select relname::text from pg_class where relnamespace = 'identity'::regnamespace and relrowsecurity and not relforcerowsecurity`: nil,
	} {
		rows, err := owner.Query(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", question, got, err, want)
		}
	}
}
