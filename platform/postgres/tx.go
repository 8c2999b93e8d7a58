package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
)

const (
	// maxTries bounds how often one transaction is begun.
	maxTries = 3
	// retryStep is the first wait between tries.
	retryStep = 10 * time.Millisecond
	// rollbackBudget bounds a rollback, whatever became of the caller.
	rollbackBudget = 5 * time.Second
)

// InTx runs fn in one READ COMMITTED transaction that sees what scope allows
// and commits when fn returns nil.
//
// It runs fn again, at most three times in all, when the server has certainly
// rolled back because of a serialization failure (40001) or a deadlock (40P01),
// or when the connection broke before fn was called; so fn must keep its
// effects inside tx. Any other error is returned as it came. An error for which
// OutcomeUnknown is true says that the connection broke at COMMIT.
func (db *DB) InTx(ctx context.Context, scope Scope, fn func(ctx context.Context, tx pgx.Tx) error) error {
	begin, err := scope.begin()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := db.attempt(ctx, begin, fn)
		if err == nil || try == maxTries || !repeatable(err) || !pause(ctx, retryStep, try) {
			return err
		}
		db.log.Debug("transaction repeated", zap.Int("try", try), zap.String("sqlstate", Code(err)))
	}
}

// attempt is one try. The rollback comes before it returns, so a next try never
// waits for this one's locks.
func (db *DB) attempt(ctx context.Context, begin string, fn func(context.Context, pgx.Tx) error) error {
	tx, err := db.pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return &beginFailed{cause: oneLine(err)}
	}
	defer rollback(ctx, tx)
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return db.commit(ctx, tx)
}

// commit is commit with a place on both sides, at which tests end the process.
func (db *DB) commit(ctx context.Context, tx pgx.Tx) error {
	if err := failpoint.HitNamed(ctx, db.role, "precommit"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if err := commit(ctx, tx); err != nil {
		return err
	}
	if err := failpoint.HitNamed(ctx, db.role, "committed"); err != nil {
		return &outcomeUnknown{cause: err}
	}
	return nil
}

// rollback ends tx if commit has not; it outlives the caller's cancellation.
func rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackBudget)
	defer cancel()
	_ = tx.Rollback(ctx) // a connection that cannot roll back is closed, which rolls back
}

// commit ends tx and tells a refusal, which rolled back, from silence. What can
// be known is asked before COMMIT is sent: afterwards pgx may report a broken
// connection as one that is safe to retry on, although COMMIT was under way.
func commit(ctx context.Context, tx pgx.Tx) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if tx.Conn().IsClosed() {
		return fmt.Errorf("commit: before it was sent: %w", pgconn.ErrConnClosed)
	}
	alone := heedWarnings(tx.Conn().PgConn())
	err := tx.Commit(ctx)
	switch {
	case err == nil && alone.Load():
		return &outcomeUnknown{cause: errAlone}
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrTxClosed), errors.Is(err, pgx.ErrTxCommitRollback), refusedByServer(err):
		return fmt.Errorf("commit: %w", err)
	}
	return &outcomeUnknown{cause: err}
}

// refusedByServer tells that the server itself reported the rollback. A FATAL
// answer is no such report: the session ended around the commit.
func refusedByServer(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.SeverityUnlocalized == "ERROR" &&
		server.Code != "40003" && !connectionClass(server.Code)
}

// repeatable tells that the transaction certainly had no effect and that trying
// again can help.
func repeatable(err error) bool {
	if OutcomeUnknown(err) {
		return false
	}
	if code := Code(err); code == "40001" || code == "40P01" {
		return true
	}
	var begin *beginFailed
	return errors.As(err, &begin) && begin.brokenConnection()
}
