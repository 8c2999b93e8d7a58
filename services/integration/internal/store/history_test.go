package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/directory"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

func always(link.Link) bool { return true }

// Neither a role of the service nor the owner of the table changes the history.
func TestTheHistoryOfLinksIsInsertOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	by := By{Actor: "accounts/a", Source: link.ByEdit}
	if _, err := f.PutLink(t.Context(), f.tenant, link.Want{Employee: uuid.NewString(), Account: "a@x"}, by, always, false); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`update integration.account_link_change set actor = 'x'`, `delete from integration.account_link_change`,
		`truncate integration.account_link_change`,
	} {
		for _, scope := range []postgres.Scope{postgres.Tenants(f.tenant), postgres.Worker(Migrations().WorkerRole())} {
			err := f.db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
				_, err := tx.Exec(ctx, statement)
				return err
			})
			if postgres.Code(err) != "42501" {
				t.Errorf("service: %s: %v", statement, err)
			}
		}
		if _, err := f.owner.Exec(t.Context(), statement); postgres.Code(err) != "42501" {
			t.Errorf("owner: %s: %v", statement, err)
		}
	}
	var rows int
	if err := f.owner.QueryRow(t.Context(), `select count(*) from integration.account_link_change where actor = 'accounts/a'`).Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// A change that fails leaves no history, and history that fails no change.
func TestLinkAndHistoryAreOneTransaction(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	employee := uuid.NewString()
	bad := By{Source: "NONSENSE"} // the history refuses it
	if _, err := f.PutLink(t.Context(), f.tenant, link.Want{Employee: employee, Account: "a@x"}, bad, always, false); postgres.Constraint(err) != "account_link_change_source_check" {
		t.Fatalf("%v", err)
	}
	if _, err := f.LinkOf(t.Context(), f.tenant, employee); err == nil {
		t.Error("a link without history")
	}
}

// departs notes that somebody is gone, as a settlement does.
func (f *fixture) departs(t *testing.T, user string) error {
	return f.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error { return f.vanish(ctx, tx, f.tenant, user) }, f.tenant)
}

// Sending to somebody LINE WORKS does not know flags the link, once.
func TestGoneOnSending(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	employee := uuid.NewString()
	if _, err := f.PutLink(t.Context(), f.tenant, link.Want{Employee: employee, Account: "a@x", User: "u"}, platform, always, false); err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{"stranger", "u", "u"} {
		if err := f.departs(t, user); err != nil {
			t.Fatal(err)
		}
		l, err := f.LinkOf(t.Context(), f.tenant, employee)
		if err != nil || l.Gone.IsZero() != (user == "stranger") {
			t.Errorf("%s: %+v, %v", user, l, err)
		}
	}
	if changes, err := f.LinkChanges(t.Context(), f.tenant, employee, 0, 10); err != nil || len(changes) != 2 || changes[0].Verb != link.Gone {
		t.Errorf("%+v, %v", changes, err)
	}
}

// A link is made while an event of the person is under way: the event waits, and
// the person does not get on the list behind the link's back.
func TestNobodyIsMissedBehindALink(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tx, err := f.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), lockLinks, f.tenant); err != nil {
		t.Fatal(err)
	}
	_, err = tx.Exec(t.Context(), insertLinks, f.tenant, []string{uuid.NewString()}, []string{"a@x"}, []string{"u"}, []time.Time{f.clock.now()}, []*time.Time{nil}, []int64{1}, []*time.Time{nil}, []string{""})
	if err != nil {
		t.Fatal(err)
	}
	missed := make(chan error, 1)
	ctx := t.Context()
	go func() {
		missed <- f.Miss(ctx, f.tenant, []directory.Miss{{Connection: f.lane.Connection, Version: credential.V2, Sender: "u", Times: 1}})
	}()
	for waiting := 0; waiting == 0; {
		select {
		case err := <-missed:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
		if err := tx.QueryRow(ctx, `select count(*) from pg_locks where locktype = 'advisory' and not granted
			and database = (select oid from pg_database where datname = current_database())`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tx.Commit(ctx), <-missed); err != nil {
		t.Fatal(err)
	}
	if list, err := f.UnlinkedBefore(ctx, f.tenant, time.Time{}, "", 10); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// What was done to keys, and who opened one, is insert-only too.
func TestTheHistoryOfKeysIsInsertOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, table := range []string{"credential_change", "secret_use"} {
		for _, statement := range []string{
			`update integration.` + table + ` set tenant_id = tenant_id`, `delete from integration.` + table, `truncate integration.` + table,
		} {
			for _, scope := range []postgres.Scope{postgres.Tenants(f.tenant), postgres.Worker(Migrations().WorkerRole())} {
				err := f.db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
					_, err := tx.Exec(ctx, statement)
					return err
				})
				if postgres.Code(err) != "42501" {
					t.Errorf("service: %s: %v", statement, err)
				}
			}
			if _, err := f.owner.Exec(t.Context(), statement); err == nil {
				t.Errorf("owner: %s passes", statement)
			}
		}
	}
}
