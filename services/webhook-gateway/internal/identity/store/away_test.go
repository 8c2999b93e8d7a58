package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity/store"
)

// A database that is away is no fault of ours that nobody can do anything about: whoever logs in then, or asks for
// anything else, is told to try again.
func TestADatabaseThatIsAwayIsToldSo(t *testing.T) {
	db := pgtest.New(t, store.Migrations()).Open(t, store.Migrations().Role())
	s := store.New(db)
	db.Close()
	_, _, bySecret := s.SessionByHash(t.Context(), []byte("x"))
	_, ofTenant := s.Key(t.Context(), someTenant, someTenant)
	for what, err := range map[string]error{
		"a look-up over all tenants": bySecret,
		"one of a tenant":            ofTenant,
		"one of no tenant":           s.ForgetAttempts(t.Context(), []byte("x")),
		"a log-in":                   s.StartSession(t.Context(), identity.Session{Tenant: someTenant}, 1, identity.Replaced{}, identity.Record{Time: time.Now()}),
	} {
		if f, ok := fault.From(err); !ok || f.Kind() != fault.Unavailable || errors.Is(err, identity.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

const someTenant = "018f3b1e-0000-7000-8000-000000000001"
