package postgres

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/config"
)

func TestServersElsewhereProveTheirNames(t *testing.T) {
	for url, sound := range map[string]bool{
		"postgres://u@db.example/d?sslmode=verify-full":                   true,
		"postgres://u@db.example,standby.example/d?sslmode=verify-full":   true,
		"postgres://u@localhost/d?sslmode=disable":                        true,
		"postgres://u@127.0.0.1/d":                                        true,
		"postgres://u@[::1]/d":                                            true,
		"postgres:///d?host=/run/postgresql&user=u":                       true,
		"postgres:///d?host=/run/postgresql,db.example&user=u":            false,
		"postgres:///d?host=db.example,/run/postgresql&user=u":            false,
		"postgres://u@db.example/d":                                       false,
		"postgres://u@db.example/d?sslmode=disable":                       false,
		"postgres://u@db.example/d?sslmode=allow":                         false,
		"postgres://u@db.example/d?sslmode=prefer":                        false,
		"postgres://u@db.example/d?sslmode=require":                       false,
		"postgres://u@db.example/d?sslmode=verify-ca":                     false,
		"postgres://u@10.0.0.7/d":                                         false,
		"postgres://u@localhost.example/d":                                false,
		"host=db.example user=u password=hunter2 dbname=d":                false,
		"host=db.example user=u dbname=d sslmode=verify-full":             true,
		"postgres://u:hunter2@localhost,db.example/d?sslmode=verify-ca":   false,
		"postgres://u:hunter2@127.0.0.1,localhost:5433/d?sslmode=disable": true,
	} {
		err := CheckURL(config.Secret(url))
		if (err == nil) != sound {
			t.Errorf("%s: %v", url, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "sslmode=verify-full") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v, want the way out and no password", url, err)
		}
	}
}

func TestNothingConnectsWithoutProof(t *testing.T) {
	const bare = config.Secret("postgres://u@db.invalid/d?sslmode=require")
	_, opened := Open(t.Context(), Config{URL: bare, Role: "dakoku_ledger"})
	for what, err := range map[string]error{"open": opened, "check": Check(t.Context(), bare)} {
		if err == nil || !strings.Contains(err.Error(), "verify-full") {
			t.Errorf("%s: %v, want a refusal", what, err)
		}
	}
}
