package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// throughProxy opens a fresh ledger behind a proxy, with one connection.
func throughProxy(t *testing.T) (*postgres.DB, *proxy) {
	t.Helper()
	m := ledger(t)
	url := pgtest.New(t, m).URL
	wire := newProxy(t, url)
	return open(t, wire.url(url), m.Role()), wire
}

// open opens a database with one connection.
func open(t *testing.T, url config.Secret, role string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: url, Role: role, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func TestConnectionCutAtCommitIsUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		cut  cut
		want string
	}{
		"before the server saw it":     {cutBeforeCommit, ""},
		"after the server carried out": {cutAfterCommit, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			db, wire := throughProxy(t)
			tenant, ran := newTenant(t), 0
			wire.arm(c.cut)
			err := db.InTx(t.Context(), postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error {
				ran++
				return insert(ctx, tx, tenant, "x")
			})
			if !postgres.OutcomeUnknown(err) || !postgres.Unavailable(err) || ran != 1 {
				t.Fatalf("ran %d times: %v, want once and an unknown outcome", ran, err)
			}
			<-wire.cut
			if got, err := texts(t.Context(), db, postgres.Tenants(tenant)); err != nil || got != c.want {
				t.Errorf("rows %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestDeadlineDuringCommitIsUnknown(t *testing.T) {
	db, wire := throughProxy(t)
	within := func(budget time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), budget)
		defer cancel()
		wire.arm(swallowCommit)
		return db.InTx(ctx, postgres.NoTenant(), func(context.Context, pgx.Tx) error { return nil })
	}
	budget := 200 * time.Millisecond
	err := within(budget)
	for wire.disarm() == swallowCommit && budget < time.Minute { // a busy machine did not come as far as the commit
		budget *= 10
		err = within(budget)
	}
	if !postgres.OutcomeUnknown(err) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want an unknown outcome after the deadline", err)
	}
}

func TestConnectionCutBeforeCommitIsKnown(t *testing.T) {
	db, wire := throughProxy(t)
	err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		wire.hangUp()
		_, err := tx.Exec(ctx, "select 1")
		return err
	})
	if !postgres.Unavailable(err) || postgres.OutcomeUnknown(err) {
		t.Fatalf("got %v, want a known failure", err)
	}
}

func TestConnectionCutBeforeCommitUnnoticedIsKnown(t *testing.T) {
	db, wire := throughProxy(t)
	err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		wire.hangUp()
		_, _ = tx.Exec(ctx, "select 1")
		return nil
	})
	if !postgres.Unavailable(err) || postgres.OutcomeUnknown(err) {
		t.Fatalf("got %v, want a known failure", err)
	}
}

func TestDeadPooledConnectionIsReplaced(t *testing.T) {
	db, wire := throughProxy(t)
	ran := 0
	wire.hangUp()
	err := db.InTx(t.Context(), postgres.NoTenant(), func(context.Context, pgx.Tx) error {
		ran++
		return nil
	})
	if err != nil || ran != 1 {
		t.Fatalf("ran %d times: %v, want once on a new connection", ran, err)
	}
}

func TestServerGoneIsUnavailable(t *testing.T) {
	db, wire := throughProxy(t)
	wire.close()
	err := db.InTx(t.Context(), postgres.NoTenant(), func(context.Context, pgx.Tx) error { return nil })
	if !postgres.Unavailable(err) || postgres.OutcomeUnknown(err) {
		t.Fatalf("got %v, want unavailable", err)
	}
	if postgres.Unavailable(nil) || postgres.Unavailable(errors.New("other")) {
		t.Error("other errors count as unavailable")
	}
}
