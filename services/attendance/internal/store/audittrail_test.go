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

// The punches that requests take the place of are looked up by their keys, too, each in its own month.
func TestReplacedPunchesAreReadByKey(t *testing.T) {
	database := pgtest.New(t, Migrations())
	db, owner := database.Open(t, Migrations().Role()), database.Owner(t)
	refs := company(t, New(db, time.Now), 16)
	grow(t, owner, refs[0].Tenant)
	args := pgx.NamedArgs{"tenant": refs[0].Tenant, "employee": nil, "state": "", "before_id": nil, "before_time": time.Time{}, "limit": 500}
	for _, statistics := range []bool{false, true} {
		if statistics {
			if _, err := owner.Exec(t.Context(), `analyze`); err != nil {
				t.Fatal(err)
			}
		}
		byIndex(t, db, refs, "AND (tenant_id = r.tenant_id) AND (id = (COALESCE(d.corrects, r.corrects))))", listCorrections, args)
		byIndex(t, db, refs, "AND (id = (COALESCE(d.corrects, r.corrects))) AND (business_day = punch_keys.business_day))", listCorrections, args)
	}
}
