package process

import (
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
)

// What kept from looking at a login is told as such: it is no finding, and a program
// that only logs it starts.
func TestALoginThatCouldNotBeCheckedIsNotCalledUnbound(t *testing.T) {
	db := pgtest.New(t)
	if _, err := db.Owner(t).Exec(t.Context(), `drop role if exists process_blind; create role process_blind login; revoke select on pg_catalog.pg_class from public`); err != nil {
		t.Fatal(err)
	}
	blind := config.Secret(strings.Replace(db.URL.Reveal(), "user=dakoku", "user=process_blind", 1))
	for url, want := range map[config.Secret]string{blind: "database login was not checked", db.URL: "database login is not bound by row-level security"} {
		core, logs := observer.New(zap.WarnLevel)
		if err := program(&quiet{}, nil).checkDatabase(t.Context(), url, zap.New(core)); err != nil {
			t.Error(err)
		}
		if logs.Len() != 1 || logs.All()[0].Message != want || logs.All()[0].ContextMap()["error"] == "" {
			t.Errorf("warned %v, want %q", logs.All(), want)
		}
	}
}
