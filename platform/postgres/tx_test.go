package postgres_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// refuse makes the server report a serialization failure the first n times.
func refuse(t *testing.T, db *postgres.DB, times int) (ran int, err error) {
	t.Helper()
	err = db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		ran++
		_, err := tx.Exec(ctx, "select ledger.refuse_until($1)", times)
		return err
	})
	return ran, err
}

func TestSerializationFailureIsRepeated(t *testing.T) {
	if ran, err := refuse(t, openLedger(t), 2); err != nil || ran != 3 {
		t.Fatalf("ran %d times: %v, want 3 and success", ran, err)
	}
}

func TestRepeatingIsBounded(t *testing.T) {
	ran, err := refuse(t, openLedger(t), 99)
	if ran != 3 || postgres.Code(err) != "40001" || postgres.OutcomeUnknown(err) {
		t.Fatalf("ran %d times: %v, want 3 and the server's error", ran, err)
	}
}

func TestOtherErrorsAreNotRepeated(t *testing.T) {
	db, tenant := openLedger(t), newTenant(t)
	ran := 0
	err := db.InTx(t.Context(), postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error {
		ran++
		return errors.Join(insert(ctx, tx, tenant, "x"), insert(ctx, tx, tenant, "x"))
	})
	if ran != 1 || postgres.Constraint(err) != "entry_pkey" || postgres.Code(err) != "23505" {
		t.Fatalf("ran %d times: %v, want once and the constraint", ran, err)
	}
}

func TestDeadlockIsRepeated(t *testing.T) {
	db, tenant := openLedger(t), newTenant(t)
	scope := postgres.Tenants(tenant)
	for _, text := range []string{"a", "b"} {
		if err := put(t.Context(), db, scope, tenant, text); err != nil {
			t.Fatal(err)
		}
	}
	var ran atomic.Int32
	var bothHold, done sync.WaitGroup
	bothHold.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		var once sync.Once
		done.Go(func() {
			err := db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
				ran.Add(1)
				if err := touch(ctx, tx, order[0]); err != nil {
					return err
				}
				once.Do(func() { bothHold.Done(); bothHold.Wait() })
				return touch(ctx, tx, order[1])
			})
			if err != nil {
				t.Errorf("order %v: %v", order, err)
			}
		})
	}
	done.Wait()
	if got := ran.Load(); got < 3 {
		t.Fatalf("ran %d times, want a repeat", got)
	}
}

// touch locks one row; a test's patience is longer than a deadlock takes to be found.
func touch(ctx context.Context, tx pgx.Tx, text string) error {
	_, err := tx.Exec(ctx, "update ledger.entry set text = text where text = $1", text)
	return err
}

func TestErrorAndCancellationRollBack(t *testing.T) {
	db, tenant := openLedger(t), newTenant(t)
	scope, refused := postgres.Tenants(tenant), errors.New("refused")
	err := db.InTx(t.Context(), scope, func(ctx context.Context, tx pgx.Tx) error {
		return errors.Join(insert(ctx, tx, tenant, "error"), refused)
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v, want the function's own error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = db.InTx(ctx, scope, func(ctx context.Context, tx pgx.Tx) error {
		defer cancel()
		return insert(ctx, tx, tenant, "cancelled")
	})
	if !errors.Is(err, context.Canceled) || postgres.OutcomeUnknown(err) {
		t.Errorf("commit after cancellation: %v, want cancelled and a known outcome", err)
	}
	if got, err := texts(t.Context(), db, scope); err != nil || got != "" {
		t.Errorf("rows %q (%v), want none", got, err)
	}
	if used := db.Pool().Stat().AcquiredConns(); used != 0 {
		t.Errorf("%d connections still in use", used)
	}
}

func TestSwallowedErrorIsNoSuccess(t *testing.T) {
	db := openLedger(t)
	err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
		_, _ = tx.Exec(ctx, "select 1/0")
		return nil
	})
	if err == nil || postgres.OutcomeUnknown(err) {
		t.Fatalf("got %v, want a known failure", err)
	}
}

func TestSessionIsBounded(t *testing.T) {
	m := ledger(t)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: pgtest.New(t, m).URL, Role: m.Role()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for setting, want := range map[string]string{
		"statement_timeout": "5s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s",
		"synchronous_commit": "on", "transaction_isolation": "read committed", "role": "dakoku_ledger", "timezone": "UTC",
	} {
		var got string
		err := db.InTx(t.Context(), postgres.NoTenant(), func(ctx context.Context, tx pgx.Tx) error {
			return tx.QueryRow(ctx, "select current_setting($1)", setting).Scan(&got)
		})
		if err != nil || got != want {
			t.Errorf("%s = %q (%v), want %q", setting, got, err, want)
		}
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}
