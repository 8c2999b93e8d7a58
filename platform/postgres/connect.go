package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/run"
)

const (
	// awakeBudget is how long a server may refuse connections before Open gives up.
	awakeBudget = 6 * time.Second
	// awayBudget is how long Open looks for a server that may be away.
	awayBudget = time.Second
	// connectTimeout bounds one connection attempt.
	connectTimeout = 5 * time.Second
	// statementLimit and lockLimit bound a statement and a wait for a lock.
	statementLimit = 5 * time.Second
	lockLimit      = time.Second
	// defaultMaxConns keeps four contexts well below PostgreSQL's usual 100.
	defaultMaxConns = 10
)

// plainName is what role and schema names look like, so that they never need quotes.
var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// poolConfigOf turns Config into pgx's, with the session settings every
// connection starts with.
func poolConfigOf(cfg Config) (*pgxpool.Config, error) {
	if !plainName.MatchString(cfg.Role) {
		return nil, fmt.Errorf("database role %q is not usable: give a role of lower-case letters, digits and _", cfg.Role)
	}
	pool, err := pgxpool.ParseConfig(cfg.URL.Reveal())
	if err != nil {
		return nil, unreadable(err)
	}
	if err := prepare(pool.ConnConfig); err != nil {
		return nil, err
	}
	pool.ConnConfig.OnNotice = noteWarning
	session := pool.ConnConfig.RuntimeParams
	session["role"] = cfg.Role
	session["statement_timeout"] = limit(cfg.Patience, statementLimit)
	session["lock_timeout"] = limit(cfg.Patience, lockLimit)
	session["idle_in_transaction_session_timeout"] = "10s"
	if cfg.ByIndex {
		for _, way := range []string{"seqscan", "bitmapscan", "hashjoin", "mergejoin"} {
			session["enable_"+way] = "off"
		}
	}
	if cfg.MayBeAway {
		pool.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			return checkRights(ctx, conn, allNearby(pool.ConnConfig))
		}
	}
	pool.PrepareConn = withFreshPlans
	pool.MaxConns = cfg.MaxConns
	if pool.MaxConns <= 0 {
		pool.MaxConns = defaultMaxConns
	}
	return pool, nil
}

// limit is a session setting in milliseconds: what was asked for, or the ordinary.
func limit(patience, ordinary time.Duration) string {
	return strconv.FormatInt(cmp.Or(patience, ordinary).Milliseconds(), 10)
}

// errUnreadableURL shows nothing of the URL, which may hold a password.
var errUnreadableURL = errors.New("database URL cannot be read: expected postgres://login:password@host:5432/database")

// unreadable tells why a database URL was not read: a file that it names, or its form.
func unreadable(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("database URL names a file that cannot be read: %w", file)
	}
	return errUnreadableURL
}

// CheckURL tells whether a database URL can be read at all and leads to a server
// that proves its name or is on this machine, so that settings can be refused
// before anything starts. It does not connect.
func CheckURL(url config.Secret) error {
	conn, err := pgx.ParseConfig(url.Reveal())
	if err != nil {
		return unreadable(err)
	}
	return checkWire(conn)
}

// Check connects once as the URL's own login and tells whether the server is fit
// to hold what we acknowledge, with the same errors as Open.
func Check(ctx context.Context, url config.Secret) error {
	conn, err := connectOwner(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// prepare sets what every connection shares, the pool's and a migration's.
func prepare(conn *pgx.ConnConfig) error {
	if conn.DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol {
		return errors.New("database URL asks for default_query_exec_mode=simple_protocol: remove it, parameters must never become SQL text")
	}
	if err := checkWire(conn); err != nil {
		return err
	}
	if conn.ConnectTimeout <= 0 || conn.ConnectTimeout > connectTimeout {
		conn.ConnectTimeout = connectTimeout
	}
	conn.RuntimeParams["timezone"] = "UTC"
	conn.ValidateConnect = checkProfile
	return nil
}

// connectOwner opens one connection as the URL's own login.
func connectOwner(ctx context.Context, url config.Secret) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(url.Reveal())
	if err != nil {
		return nil, unreadable(err)
	}
	if err := prepare(cfg); err != nil {
		return nil, err
	}
	var conn *pgx.Conn
	err = untilAwake(ctx, func() (err error) {
		conn, err = pgx.ConnectConfig(ctx, cfg)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("database: %w", oneLine(err))
	}
	return conn, nil
}

// untilAwake repeats connect while the server is absent or starting up.
func untilAwake(ctx context.Context, connect func() error) error {
	giveUp := time.Now().Add(awakeBudget)
	for try := 1; ; try++ {
		err := connect()
		if err == nil || !asleep(err) || time.Now().After(giveUp) {
			return err
		}
		if !pause(ctx, 50*time.Millisecond, try) {
			return err
		}
	}
}

// asleep tells a server that may answer soon from one that never will.
func asleep(err error) bool {
	switch Code(err) {
	case "57P01", "57P02", "57P03": // shutting down, crashed, starting up
		return true
	case "":
	default:
		return false
	}
	for _, sign := range []error{syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, syscall.ENOENT, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return false
}

// pause waits step·2^(try-1), at most 16 steps, with jitter of ±50 %. It
// reports false when ctx ended first.
func pause(ctx context.Context, step time.Duration, try int) bool {
	wait := step << min(try-1, 4)
	return run.Pause(ctx, wait/2+rand.N(wait)) == nil
}

// line is an error whose text is on one line.
type line struct{ cause error }

// Error joins the cause's lines.
func (l line) Error() string { return strings.Join(strings.Fields(l.cause.Error()), " ") }

// Unwrap returns the cause.
func (l line) Unwrap() error { return l.cause }

// oneLine flattens err, or takes out the finding when the server was refused.
func oneLine(err error) error {
	var finding refusal
	if errors.As(err, &finding) {
		return finding
	}
	return line{cause: err}
}
