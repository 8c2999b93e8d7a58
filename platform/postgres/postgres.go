// Package postgres opens PostgreSQL the one way a service may use it: through a
// role that row-level security binds, on a server that keeps what it has
// acknowledged, in transactions that say whose rows they see.
//
// It knows connections, transactions, scopes and migrations. It refuses to know
// any table, any query and any business word.
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/config"
)

// Config says which database to open and as whom.
type Config struct {
	// URL is a PostgreSQL connection string; required. Its login must be a
	// member of Role and of every role given to Worker.
	URL config.Secret
	// Role is the role every connection takes; required, so that no service
	// runs as the login that owns the tables.
	Role string
	// MaxConns bounds the pool; 0 means 10.
	MaxConns int32
	// Patience bounds each statement and each wait for a lock; 0 means 5 s and
	// 1 s, so that a callback is refused in time to be answered (F27). A test gives
	// more: what it waits for must not depend on how busy the machine is.
	Patience time.Duration
	// ByIndex plans every statement as a nested loop over indexes. A statement that
	// was planned while its tables were tiny stays planned as reading and hashing
	// all of them on that connection, however much they grow before the next
	// analyze. Nor does it read two indexes to join what they say: row-level security
	// offers each statement an index of all rows of a tenant. It is for a pool whose
	// statements name the few rows they mean.
	ByIndex bool
	// MayBeAway lets Open return although the server cannot be reached now. What
	// Open proves is then proven on every connection before it is used.
	MayBeAway bool
	// Log receives ids, reasons and durations; nil means silence.
	Log *zap.Logger
}

// DB is a pool of connections to one database as one role. Safe for concurrent use.
type DB struct {
	pool *pgxpool.Pool
	role string
	log  *zap.Logger
}

// Open connects, proves that the server and the role are fit to serve, and
// returns the pool. A server that refuses connections or is still starting gets
// a few seconds; any other finding is an error of one line that names the
// setting and the way out.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	poolConfig, err := poolConfigOf(cfg)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, poolConfig)
	if err != nil {
		return nil, fmt.Errorf("database: %w", oneLine(err))
	}
	db := &DB{pool: pool, role: cfg.Role, log: cfg.Log}
	if db.log == nil {
		db.log = zap.NewNop()
	}
	if err := db.prove(ctx, cfg.MayBeAway); err != nil {
		pool.Close()
		return nil, openError(cfg.Role, err)
	}
	return db, nil
}

// prove connects once and checks server and role. Where the server may be away,
// each connection checks the role itself.
func (db *DB) prove(ctx context.Context, mayBeAway bool) error {
	if !mayBeAway {
		return untilAwake(ctx, func() error { return checkRights(ctx, db.pool, allNearby(db.pool.Config().ConnConfig)) })
	}
	ctx, cancel := context.WithTimeout(ctx, awayBudget)
	defer cancel()
	if err := db.pool.Ping(ctx); !Unavailable(err) {
		return err
	}
	return nil
}

// Ping makes one round trip to the server.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.pool.Ping(ctx); err != nil {
		return fmt.Errorf("database: %w", oneLine(err))
	}
	return nil
}

// Close waits for transactions in flight and closes every connection.
func (db *DB) Close() { db.pool.Close() }

// Pool gives the pool itself, for LISTEN and statistics. Statements on it run
// outside any scope, so tables under row-level security refuse them.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }
