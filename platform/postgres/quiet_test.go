package postgres

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dakoku/dakoku/platform/config"
)

// Whoever reads the log learns which file it is and never the password.
func TestAFileThatTheURLNamesIsTold(t *testing.T) {
	const missing = "/nowhere/ca.crt"
	url := config.Secret("postgres://u:hunter2@db.example/d?sslmode=verify-full&sslrootcert=" + missing)
	_, opened := Open(t.Context(), Config{URL: url, Role: "dakoku_ledger"})
	for what, err := range map[string]error{"read": CheckURL(url), "open": opened, "check": Check(t.Context(), url)} {
		if err == nil || !strings.Contains(err.Error(), missing+": no such file") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := CheckURL("postgres://u:hunter2@[/d"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("no URL: %v", err)
	}
}

// Two runs that give a login its password at once get in each other's way once.
func TestARefusedPasswordIsTriedAgainAndNotShown(t *testing.T) {
	err := passwordRefused(&pgconn.PgError{Code: "XX000", Message: "tuple concurrently updated", Where: "alter role x password 'hunter2'", Detail: "hunter2"})
	if !raced(err) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
	if err := passwordRefused(&pgconn.PgError{Code: "22023"}); raced(err) || !strings.Contains(err.Error(), "22023") {
		t.Errorf("%v", err)
	}
}
