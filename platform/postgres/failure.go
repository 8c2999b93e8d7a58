package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Code returns the SQLSTATE of the server's error in err, or "".
func Code(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code
	}
	return ""
}

// Constraint returns the name of the constraint that err violates, or "".
func Constraint(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.ConstraintName
	}
	return ""
}

// OutcomeUnknown tells that the connection broke at COMMIT: the transaction may
// or may not have happened. The caller repeats it under the same key; it is
// neither a success nor a failure.
func OutcomeUnknown(err error) bool {
	var unknown *outcomeUnknown
	return errors.As(err, &unknown)
}

// Unavailable tells that the database could not be reached, broke the connection,
// was shutting down, had none free, is a standby so far or was left behind by a failover: the same call may
// succeed later. It is true for an unknown outcome, too.
func Unavailable(err error) bool {
	code := Code(err)
	switch {
	case err == nil:
		return false
	case OutcomeUnknown(err), connectionClass(code), code == "53300", errors.Is(err, standby), errors.As(err, new(older)):
		return true
	case code != "":
		return false
	}
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, pgconn.ErrConnClosed} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return errors.As(err, new(*beginFailed)) || errors.As(err, new(net.Error)) ||
		errors.As(err, new(*pgconn.ConnectError)) || pgconn.SafeToRetry(err)
}

// DataRefused tells that the server refused the values themselves (class 22, data
// exception, or 23, integrity constraint violation): the same call fails again, and
// the same statement with other values may not.
func DataRefused(err error) bool {
	code := Code(err)
	return strings.HasPrefix(code, "22") || strings.HasPrefix(code, "23")
}

// connectionClass holds the codes by which a server says that the session ends:
// connection exception, shutdown, crash, starting up.
func connectionClass(code string) bool {
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P")
}

// outcomeUnknown is silence after COMMIT was sent.
type outcomeUnknown struct{ cause error }

// Error names the finding first.
func (e *outcomeUnknown) Error() string {
	return "commit outcome unknown: " + line{cause: e.cause}.Error()
}

// Unwrap returns what broke.
func (e *outcomeUnknown) Unwrap() error { return e.cause }

// beginFailed is a transaction that never began.
type beginFailed struct{ cause error }

// Error names the finding first.
func (e *beginFailed) Error() string { return "begin: " + e.cause.Error() }

// Unwrap returns what failed.
func (e *beginFailed) Unwrap() error { return e.cause }

// brokenConnection tells a pooled connection that had died, where a fresh one
// may do, from a server that cannot be reached or a scope it refuses.
func (e *beginFailed) brokenConnection() bool {
	if errors.Is(e.cause, context.Canceled) || errors.Is(e.cause, context.DeadlineExceeded) {
		return false
	}
	if errors.As(e.cause, new(*pgconn.ConnectError)) || errors.As(e.cause, new(refusal)) {
		return false
	}
	code := Code(e.cause)
	return code == "" || connectionClass(code)
}
