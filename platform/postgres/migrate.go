package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
)

const (
	// migrationLockWait bounds how long one statement may queue for a table, so
	// that a migration never stops the service that is using it.
	migrationLockWait = 500 * time.Millisecond
	// migrationTries bounds how often a file is tried while tables are busy;
	// with the waits between, about two minutes.
	migrationTries = 100
)

// Migrate brings the context's schema to the newest file, creating schema and
// roles when they are missing. Each file is one transaction, so a run that was
// killed is resumed by the next one; runs at the same time wait for each other.
// An applied file whose text has changed is an error; files newer than the
// program's are left alone, since a release may be rolled back.
func Migrate(ctx context.Context, url config.Secret, m Migrations) error {
	steps, err := m.steps()
	if err != nil {
		return err
	}
	conn, err := connectOwner(ctx, url)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	if err := migrate(ctx, conn, m, steps); err != nil {
		return fmt.Errorf("migrate %s: %w", m.Context, oneLine(err))
	}
	return nil
}

// migrate works under the context's lock, which ends with the connection.
func migrate(ctx context.Context, conn *pgx.Conn, m Migrations, steps []step) error {
	if err := lockContext(ctx, conn, m.Context); err != nil {
		return err
	}
	if err := ensureRoles(ctx, conn, m); err != nil {
		return err
	}
	if err := ensureSchema(ctx, conn, m); err != nil {
		return err
	}
	applied, err := readApplied(ctx, conn, m.Context)
	if err != nil {
		return err
	}
	if err := unchanged(steps, applied); err != nil {
		return err
	}
	for _, next := range steps {
		if _, done := applied[next.version]; done {
			continue
		}
		if err := applyPatiently(ctx, conn, m.Context, next); err != nil {
			return fmt.Errorf("%s: %w", next, err)
		}
	}
	return nil
}

// hangUp closes conn even when the caller has been cancelled.
func hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackBudget)
	defer cancel()
	_ = conn.Close(ctx)
}

// lockContext takes the context's advisory lock. It asks again and again rather
// than queue: a queued statement would hold a snapshot for as long.
func lockContext(ctx context.Context, conn *pgx.Conn, name string) error {
	for try := 1; ; try++ {
		var mine bool
		err := conn.QueryRow(ctx, "select pg_try_advisory_lock(hashtextextended($1, 0))", "migrations of "+name).Scan(&mine)
		if err != nil {
			return err
		}
		if mine {
			return nil
		}
		if !pause(ctx, 20*time.Millisecond, try) {
			return fmt.Errorf("another run holds the lock: %w", ctx.Err())
		}
	}
}

// applyPatiently repeats a file that found its tables in use.
func applyPatiently(ctx context.Context, conn *pgx.Conn, schema string, next step) error {
	for try := 1; ; try++ {
		err := apply(ctx, conn, schema, next)
		code := Code(err)
		if (code != "55P03" && code != "40P01") || try == migrationTries || !pause(ctx, 50*time.Millisecond, try) {
			return err
		}
	}
}

// apply runs one file and notes it, in one transaction.
func apply(ctx context.Context, conn *pgx.Conn, schema string, next step) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(ctx, tx)
	set := fmt.Sprintf("set local search_path = %s; set local statement_timeout = 0; set local lock_timeout = %d",
		pgx.Identifier{schema}.Sanitize(), migrationLockWait.Milliseconds())
	if _, err := tx.Exec(ctx, set); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, next.sql); err != nil {
		return err
	}
	if conn.PgConn().TxStatus() != 'T' {
		return errors.New("a migration must not end its own transaction")
	}
	note := "insert into " + historyTable(schema) + " (version, name, sha256) values ($1, $2, $3)"
	if _, err := tx.Exec(ctx, note, next.version, next.name, next.sum); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
