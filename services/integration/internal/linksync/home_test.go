package linksync_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// keys gives the connection keys of an app of a domain.
func (o *office) keys(t *testing.T, domain string) {
	t.Helper()
	set := credential.Set{Version: credential.V2, Bot: "1", BotSecret: credential.Secret("bot " + domain), ClientID: "c", ClientSecret: "s",
		ServiceAccount: "a.serviceaccount@" + domain, PrivateKey: credential.Secret("key " + domain)}
	put := store.Put{Set: set, Unchanged: func(int64) bool { return true }, Actor: "accounts/a"}
	if _, err := o.PutCredentials(t.Context(), o.tenant, o.conn, put); err != nil {
		t.Fatal(err)
	}
}

// homes counts the links by the domain that is kept with them.
func (o *office) homes(t *testing.T) string {
	t.Helper()
	all, err := o.LinksAfter(t.Context(), o.tenant, nil, "", employees)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, l := range all {
		out[l.Domain]++
	}
	return fmt.Sprint(out)
}

// A dry run stores nothing, nor whose LINE WORKS somebody is of.
func TestADryRunKeepsNobodysHome(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.run(t, false)
	o.keys(t, "x")
	before := o.homes(t)
	if o.run(t, true); o.homes(t) != before || before != "map[:550]" {
		t.Errorf("before %s, behind a dry run %s", before, o.homes(t))
	}
	if o.run(t, false); o.homes(t) != "map[x:550]" {
		t.Errorf("behind a run %s", o.homes(t))
	}
}

// No connection looks any more into the LINE WORKS that knew somebody: that another has
// nobody such tells nothing, so they are left and told of. Whom the other names is its own
// from then on, and gone by its word.
func TestAHomeThatNoConnectionHasAnyMore(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	o.keys(t, "old")
	o.run(t, false)
	o.keys(t, "new")
	o.hide(map[string]error{"user-0": nobody, "user-2": nil})
	for _, only := range []bool{true, false} {
		run := o.run(t, only)
		left := slices.ContainsFunc(run.Results, func(r link.Outcome) bool {
			return r.Number == "0" && r.Result == link.NoMatch && r.Reason == link.MemberElsewhere && r.Want.Account == "u0@x"
		})
		if got := rows(run); got != "DONE 0 " || !left || o.gone(t) != "" {
			t.Errorf("dry run %t: %s, told of %t, gone %q", only, got, left, o.gone(t))
		}
	}
	if got := o.homes(t); got != "map[new:549 old:1]" {
		t.Errorf("kept: %s", got)
	}
	o.hide(map[string]error{"user-0": nobody, "user-2": nobody})
	if got := rows(o.run(t, false)); got != "DONE 1 user-2@elsewhere" || o.gone(t) != "user-2" {
		t.Errorf("%s, gone %q", got, o.gone(t))
	}
}
