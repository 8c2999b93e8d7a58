package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dakoku/dakoku/platform/postgres/pgtest"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// Who accepts an invitation holds the account and then takes its second factor away;
// who removes the factor with a recovery code holds the account, then the code, then
// the factor. Whoever confirms a factor or renews its codes waits for the account
// first, or each would wait for the other.
func TestAFactorIsNotHeldWhileItsAccountIs(t *testing.T) {
	s, db, in, _ := open(t)
	tenant, account := in.Organization.ID, in.Account.ID
	f := identity.Factor{ID: newID(), Tenant: tenant, Account: account, Sealed: []byte("sealed"), Created: now}
	if err := s.PutFactor(t.Context(), f, record(tenant)); err != nil {
		t.Fatal(err)
	}
	by := func() identity.Record {
		r := record(tenant)
		r.Actor = identity.Actor{Tenant: tenant, Kind: identity.ByAccount, ID: account, Session: in.Session.ID}
		return r
	}
	next := identity.Session{ID: newID(), Tenant: tenant, Account: account, Hash: identity.Hash("next"), Created: now, Used: now}
	codes := [][]byte{identity.Hash("code")}
	for _, change := range []struct {
		name string
		do   func(ctx context.Context) error
	}{ // in this order: only a confirmed factor has codes to renew
		{"confirming", func(ctx context.Context) error { return s.ConfirmFactor(ctx, f, codes, next, by()) }},
		{"renewing the codes", func(ctx context.Context) error { return s.PutRecoveryCodes(ctx, account, codes, by()) }},
	} {
		holder, ended := hold(t, db), make(chan error, 1)
		go func() { ended <- change.do(t.Context()) }()
		if !waits(t, db, ended) {
			t.Errorf("%s does not wait for the account", change.name)
		}
		if _, err := holder.Exec(t.Context(), "select from identity.second_factors for update nowait"); err != nil {
			t.Errorf("%s: who waits for the account holds its factor: %v", change.name, err)
		}
		if err := errors.Join(holder.Rollback(t.Context()), <-ended); err != nil {
			t.Errorf("%s: %v", change.name, err)
		}
	}
}

// waits tells whether somebody waits for a lock before the change has ended.
func waits(t *testing.T, db *pgtest.Database, ended chan error) bool {
	t.Helper()
	owner := db.Owner(t)
	for {
		var waiting bool
		err := owner.QueryRow(t.Context(), `
			select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waiting)
		switch {
		case err != nil:
			t.Fatal(err)
		case waiting:
			return true
		case len(ended) > 0:
			return false
		}
	}
}
