package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// An error that kept from looking is no finding.
func TestWhatIsNoFindingIsNotCalledOne(t *testing.T) {
	for _, url := range []config.Secret{"no URL", as(pgtest.New(t), "nobody_of_that_name")} {
		if err := postgres.CheckLogin(t.Context(), url); err == nil || postgres.Unbound(err) {
			t.Errorf("%v", err)
		}
	}
}

// as is the database's URL with another login.
func as(db *pgtest.Database, login string) config.Secret {
	return config.Secret(strings.Replace(db.URL.Reveal(), "user=dakoku", "user="+login, 1))
}

// elsewhere names one more host, so that the server counts as another machine's.
func elsewhere(url config.Secret) config.Secret {
	before, after, _ := strings.Cut(url.Reveal(), "host=")
	socket, rest, _ := strings.Cut(after, "&")
	return config.Secret(strings.Replace(before+"host="+socket+",db.invalid&"+rest, "sslmode=disable", "sslmode=verify-full", 1))
}

func TestTheLoginOfAContextIsBound(t *testing.T) {
	m := ledger(t)
	db := pgtest.New(t, m)
	for _, password := range []config.Secret{"fir'st", `se"co\nd`} {
		if err := postgres.EnsureLogin(t.Context(), db.URL, m, password); err != nil {
			t.Fatal(err)
		}
	}
	login := as(db, m.LoginRole())
	if err := postgres.CheckLogin(t.Context(), login); err != nil {
		t.Error(err)
	}
	if got := refusal(t, elsewhere(login), m.Role()); got != "" {
		t.Error(got)
	}
	conn, err := pgx.Connect(t.Context(), login.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, sql := range []string{
		"select count(*) from ledger.entry", "alter table ledger.entries disable row level security",
		"alter table ledger.entry no force row level security", "set role dakoku", "set role dakoku_other", "create role x",
	} {
		if _, err := conn.Exec(t.Context(), sql); postgres.Code(err) != "42501" && postgres.Code(err) != "22023" {
			t.Errorf("%s: %v, want a refusal", sql, err)
		}
	}
}

func TestALoginWithPowersIsNotTakenOver(t *testing.T) {
	m := ledger(t)
	m.Context = "powerful"
	db := pgtest.New(t, m)
	if _, err := db.Owner(t).Exec(t.Context(), "create role "+m.LoginRole()+" login bypassrls"); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = db.Owner(t).Exec(t.Context(), "drop role "+m.LoginRole()) }()
	if err := postgres.EnsureLogin(t.Context(), db.URL, m, "x"); err == nil || !strings.Contains(err.Error(), "nobypassrls") {
		t.Errorf("%v, want a refusal", err)
	}
}

func TestLoginsPastRowLevelSecurity(t *testing.T) {
	m := ledger(t)
	db := pgtest.New(t, m)
	const create = `drop role if exists open_heir; create role open_heir login; grant dakoku, dakoku_ledger to open_heir`
	if _, err := db.Owner(t).Exec(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"dakoku", "open_heir"} { // a superuser, and who may become one
		url := as(db, login)
		if err := postgres.CheckLogin(t.Context(), url); !postgres.Unbound(err) || !strings.Contains(err.Error(), "row-level security") {
			t.Errorf("%s: %v, want a finding", login, err)
		}
		if got := refusal(t, url, m.Role()); got != "" {
			t.Errorf("%s: refused on this machine: %s", login, got)
		}
		if got := refusal(t, elsewhere(url), m.Role()); !strings.Contains(got, "login "+login+" passes row-level security") {
			t.Errorf("%s elsewhere: %q, want a refusal", login, got)
		}
	}
}
