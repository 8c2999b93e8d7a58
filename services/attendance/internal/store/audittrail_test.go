package store

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// Whose the things of a page are is looked up by their keys, with and without statistics: under row-level security a join
// with the ids reads every punch of the company.
func TestOwnersAreReadByKey(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db, owner := database.Open(t, Migrations().Role()), database.Owner(t)
	refs := company(t, New(db, time.Now), 16)
	tenant := refs[0].Tenant
	grow(t, owner, tenant)
	args := pgx.NamedArgs{"tenant": tenant}
	for _, collection := range []string{"punches", "heldPunches", "correctionRequests", "legalHolds"} {
		args[collection] = slices.Repeat([]string{tenant}, 1000)
	}
	for _, statistics := range []bool{false, true} {
		if statistics {
			if _, err := owner.Exec(t.Context(), `analyze`); err != nil {
				t.Fatal(err)
			}
		}
		byIndex(t, db, refs, "AND (tenant_id = '"+tenant+"'::uuid) AND (id = a.id))", listOwners, args)
	}
}
