package postgres_test

import (
	"testing"
	"testing/fstest"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

func TestSealCheckKeepsTheFirstValue(t *testing.T) {
	m := postgres.Migrations{Context: "sealed", Files: fstest.MapFS{"0001_seal_check.sql": {Data: []byte(
		"create table seal_check (id smallint not null constraint seal_check_pkey primary key, value bytea not null);" +
			"grant select, insert on seal_check to dakoku_sealed;")}}}
	check := postgres.NewSealCheck(pgtest.New(t, m).Open(t, m.Role()), m)
	if value, err := check.LoadCheck(t.Context()); err != nil || value != nil {
		t.Fatalf("nothing saved yet: %v, %v", value, err)
	}
	for _, value := range []string{"first", "second"} {
		if err := check.SaveCheck(t.Context(), []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	if value, err := check.LoadCheck(t.Context()); err != nil || string(value) != "first" {
		t.Fatalf("value %q, %v; want the first", value, err)
	}
}
