// Package pgtest gives each test its own PostgreSQL database.
package pgtest

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
)

// Database is one test's own database, migrated and empty.
type Database struct {
	// URL connects as the login that owns the tables.
	URL config.Secret
}

// New makes a database with the given migrations applied, dropped when the test
// passes.
func New(t testing.TB, all ...postgres.Migrations) *Database {
	t.Helper()
	t.Fatal("pgtest is being built")
	return nil
}

// Open opens the database as a role, closed when the test ends.
func (d *Database) Open(t testing.TB, role string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: d.URL, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// Owner connects as the login that owns the tables, past row-level security:
// for arranging and inspecting, never for the code under test.
func (d *Database) Owner(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.URL.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
