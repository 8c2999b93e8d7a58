package main

import (
	"testing"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// On a PostgreSQL that somebody else runs the login which migrates is no superuser.
func TestEveryContextIsMigratedByAnOrdinaryLogin(t *testing.T) {
	db := pgtest.New(t)
	for name, m := range serving {
		if err := postgres.Migrate(t.Context(), db.Ordinary(t), m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
