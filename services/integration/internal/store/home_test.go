package store

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// home reads which LINE WORKS a connection looks into.
func (f *fixture) home(t *testing.T, conn string) (h link.Home) {
	t.Helper()
	err := f.in(t.Context(), func(ctx context.Context, tx pgx.Tx) (err error) {
		h, err = f.homeOf(ctx, tx, f.tenant, conn)
		return err
	}, f.tenant)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Connections of one domain are of one LINE WORKS. Whoever has another domain, or keys of
// which nobody knows one, may be of another, as long as the connection exists.
func TestWhichLINEWORKSAConnectionLooksInto(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mine := f.lane.Connection
	f.put(t, v2Set("1"), false)
	if h := f.home(t, mine); h != (link.Home{Domain: "x", Sole: true}) {
		t.Errorf("alone: %+v", h)
	}
	other, err := f.CreateConnection(t.Context(), f.tenant, "other", false)
	if err != nil {
		t.Fatal(err)
	}
	if h := f.home(t, mine); !h.Sole {
		t.Errorf("beside one without keys: %+v", h)
	}
	f.lane.Connection = other.ID
	f.put(t, v2Set("2"), false)
	if h := f.home(t, mine); !h.Sole {
		t.Errorf("beside one of the same domain: %+v", h)
	}
	foreign := v2Set("2")
	foreign.ServiceAccount = "b.serviceaccount@Y"
	f.put(t, foreign, true)
	if h := f.home(t, mine); h.Sole || h.Domain != "x" {
		t.Errorf("beside staged keys of another domain: %+v", h)
	}
	if h := f.home(t, other.ID); h != (link.Home{Domain: "x", Sole: true}) {
		t.Errorf("the other looks people up with its current keys, and its own do not count: %+v", h)
	}
	if err := f.DeleteConnection(t.Context(), f.tenant, other.ID, "accounts/a", anyRevision); err != nil {
		t.Fatal(err)
	}
	if h := f.home(t, mine); !h.Sole {
		t.Errorf("beside one that is deleted: %+v", h)
	}
}

// What an older program sends to make a link, word for word: it knows nothing of what
// LINE WORKS is asked about.
const olderInsertLinks = `insert into integration.account_link (tenant_id, employee_id, account, user_id, created_at, gone_at, revision)
 select $1, e, a, nullif(u, ''), c, g, r from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[]) as t (e, a, u, c, g, r)`

// A link that an older program makes during an upgrade is asked about, too; one whose
// person it knows is not.
func TestAnOlderProgramsLinkIsAskedAbout(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	older := func(account, user string) {
		t.Helper()
		err := f.in(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			now := f.clock.now()
			_, err := tx.Exec(ctx, olderInsertLinks, f.tenant, []string{uuid.NewString()}, []string{account}, []string{user}, []any{now}, []any{nil}, []int64{1})
			return err
		}, f.tenant)
		if err != nil {
			t.Fatal(err)
		}
	}
	older("known@x", "u")
	if f.namingDue(t) != 0 {
		t.Error("due although the person is known")
	}
	older("a@x", "")
	if f.namingDue(t) != 1 {
		t.Fatal("nobody asks about the link of an older program")
	}
	lease := f.claimNaming(t)
	older("b@x", "")
	if err := f.EndNaming(t.Context(), f.tenant, lease, f.claimedUntil()); err != nil {
		t.Fatal(err)
	}
	if left, err := f.Unnamed(t.Context(), f.tenant, 1, 10); err != nil || len(left) != 2 || f.namingDue(t) != 1 {
		t.Errorf("one that is made meanwhile is forgotten: %v, %v", left, err)
	}
}

// An answer before the person ever wrote notes whose LINE WORKS it was; one that names
// somebody else does not.
func TestNamingKnowsWhoseThePersonIs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(t, v2Set("1"), false)
	asked := f.linkTo(t, uuid.NewString(), "a@x")
	for user, login := range map[string]string{"V": "b@x", "": ""} {
		if err := f.Name(t.Context(), f.tenant, f.lane.Connection, asked, link.Member{User: user, LoginID: login, Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := f.LinkOf(t.Context(), f.tenant, asked.Employee); err != nil || l.Domain != "" {
		t.Errorf("%+v, %v", l, err)
	}
	if err := f.Name(t.Context(), f.tenant, f.lane.Connection, asked, link.Member{User: "U", LoginID: "a@x", Active: true}); err != nil {
		t.Fatal(err)
	}
	if l, err := f.LinkOf(t.Context(), f.tenant, asked.Employee); err != nil || l.Domain != "x" || l.User != "U" {
		t.Errorf("%+v, %v", l, err)
	}
	if l := f.linkTo(t, asked.Employee, "c@x"); l.Domain != "" {
		t.Errorf("another account keeps the LINE WORKS of the person before: %+v", l)
	}
}
