package integration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// group is a company with two LINE WORKS: a connection to each, and people in both.
type group struct {
	*world
	tenant, here, there string
	elsewhere           int64 // the domain of there
}

func newGroup(t *testing.T) *group {
	t.Helper()
	return groupOf(t, newWorld(t))
}

func groupOf(t *testing.T, w *world) *group {
	t.Helper()
	g := &group{world: w, tenant: uuid.NewString()}
	ctx := as(t, g.tenant)
	g.here, _ = g.activeV2(ctx, t)
	g.elsewhere = g.sim.NewTenant("子会社")
	g.there = g.connection(ctx, t)
	keys, err := g.sim.NewBotV2(simulator.BotSpec{Domain: g.elsewhere})
	if err != nil {
		t.Fatal(err)
	}
	g.activate(ctx, t, g.there, inV2(keys))
	return g
}

// hired links a new employee by hand to a new person of a LINE WORKS.
func (g *group) hired(t *testing.T, domain int64, number, email string) (employee string, user simulator.User) {
	t.Helper()
	user, err := g.sim.NewUser(simulator.User{Domain: domain, Email: email})
	if err != nil {
		t.Fatal(err)
	}
	employee = g.staff.hire(g.tenant, number, email)
	_, err = g.admin.UpdateAccountLink(as(t, g.tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: email},
	})
	if err != nil {
		t.Fatal(err)
	}
	return employee, user
}

// synced runs a sync of one connection; number, result and reason of what it found.
func (g *group) synced(t *testing.T, conn string, only bool) (rows []string) {
	t.Helper()
	out, err := g.links.SyncAccountLinks(as(t, g.tenant), &integrationv1.SyncAccountLinksRequest{
		Sync: &integrationv1.AccountLinkSync{Connection: "connections/" + conn}, ValidateOnly: only,
	})
	if err != nil {
		t.Fatal(err)
	}
	run := g.ended(t, g.tenant, strings.TrimPrefix(out.GetSync().GetName(), "accountLinkSyncs/"))
	for _, r := range run.GetResults() {
		rows = append(rows, strings.TrimSpace(fmt.Sprint(r.GetEmployeeNumber(), " ", r.GetResult(), " ", r.GetReason(), " ", r.GetLineWorksAccountId())))
		if r.GetReason() == "MEMBER_ELSEWHERE" && !strings.Contains(r.GetMessage(), "元のまま") {
			t.Errorf("says %q", r.GetMessage())
		}
	}
	slices.Sort(rows)
	return rows
}

// gone are the numbers of the employees whose links are marked.
func (g *group) gone(t *testing.T, employees ...string) (out []string) {
	t.Helper()
	for i, e := range employees {
		if g.linkOf(t, g.tenant, e).GetGoneTime() != nil {
			out = append(out, fmt.Sprint(i+1))
		}
	}
	return out
}

// A company has two LINE WORKS. The sync of one marks nobody of the other, whether they
// wrote or were only typed, and tells of them; whom it once knew it marks as before.
func TestASyncMarksOnlyWhomItsLINEWORKSKnew(t *testing.T) {
	t.Parallel()
	g := newGroup(t)
	e1, taro := g.hired(t, g.domain, "1", "taro@example")
	e2, hana := g.hired(t, g.elsewhere, "2", "hana@branch")
	e3, jiro := g.hired(t, g.elsewhere, "3", "jiro@branch") // never writes
	e4, left := g.hired(t, g.domain, "4", "left@example")   // has left before anybody asked
	for conn, users := range map[string][]string{g.here: {taro.ID}, g.there: {hana.ID}} {
		if g.who(t, g.tenant, conn, users[0]) == "" {
			t.Fatal("nobody")
		}
	}
	for _, user := range []string{taro.ID, left.ID} {
		if err := g.sim.RemoveUser(user); err != nil {
			t.Fatal(err)
		}
	}

	elsewhere := []string{"2 NO_MATCH MEMBER_ELSEWHERE hana@branch", "3 NO_MATCH MEMBER_ELSEWHERE jiro@branch", "4 NO_MATCH MEMBER_ELSEWHERE left@example"}
	for _, only := range []bool{true, false} {
		before := g.lookUps()
		same(t, fmt.Sprint("here, dry run ", only), g.synced(t, g.here, only), append([]string{"1 GONE MEMBER_GONE taro@example"}, elsewhere...)...)
		if asked := g.lookUps() - before; asked != 1+3 { // a page, and of whom nobody knows that they are of the other
			t.Errorf("dry run %t: %d calls", only, asked)
		}
		if got := g.gone(t, e1, e2, e3, e4); only && got != nil || !only && fmt.Sprint(got) != "[1]" {
			t.Errorf("dry run %t: gone %v", only, got)
		}
	}
	g.synced(t, g.there, false) // names the third
	if l := g.linkOf(t, g.tenant, e3); l.GetUserId() != jiro.ID {
		t.Errorf("not named: %v", l)
	}
	if err := g.sim.RemoveUser(jiro.ID); err != nil {
		t.Fatal(err)
	}
	g.synced(t, g.here, false)
	if got := g.gone(t, e1, e2, e3, e4); fmt.Sprint(got) != "[1]" {
		t.Errorf("by the one that never knew them: gone %v", got)
	}
	g.synced(t, g.there, false)
	if got := g.gone(t, e1, e2, e3, e4); fmt.Sprint(got) != "[1 3]" {
		t.Errorf("by the one that knew them: gone %v", got)
	}
}

// Once the other connection is deleted there is one LINE WORKS, and it tells of everybody
// whom nobody has named; of whom the other had, nobody can tell any more.
func TestTheOnlyLINEWORKSTellsOfEverybody(t *testing.T) {
	t.Parallel()
	g := newGroup(t)
	e1, _ := g.hired(t, g.elsewhere, "1", "hana@branch")
	e2, jiro := g.hired(t, g.elsewhere, "2", "jiro@branch")
	if g.who(t, g.tenant, g.there, jiro.ID) != e2 {
		t.Fatal("nobody")
	}
	g.synced(t, g.here, false)
	if got := g.gone(t, e1, e2); got != nil {
		t.Errorf("beside another: gone %v", got)
	}
	if _, err := g.admin.DisableConnection(as(t, g.tenant), &integrationv1.DisableConnectionRequest{Connection: g.there}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.admin.DeleteConnection(as(t, g.tenant), &integrationv1.DeleteConnectionRequest{Connection: g.there}); err != nil {
		t.Fatal(err)
	}
	same(t, "alone", g.synced(t, g.here, false), "1 GONE MEMBER_GONE hana@branch", "2 NO_MATCH MEMBER_ELSEWHERE jiro@branch")
	if got := g.gone(t, e1, e2); fmt.Sprint(got) != "[1]" {
		t.Errorf("alone: gone %v", got)
	}
}

// A login id goes from a person of one LINE WORKS to somebody of the other, as with a domain
// that moves: the person is asked about, and that the other has nobody of that id says nothing.
func TestARivalOfAnotherLINEWORKSIsNotGone(t *testing.T) {
	t.Parallel()
	g := newGroup(t)
	e1, hana := g.hired(t, g.elsewhere, "1", "hana@example")
	if g.who(t, g.tenant, g.there, hana.ID) != e1 {
		t.Fatal("nobody")
	}
	if err := g.sim.ChangeEmail(hana.ID, "hana@branch"); err != nil {
		t.Fatal(err)
	}
	stranger := g.user(t, "hana@example")
	if g.who(t, g.tenant, g.here, stranger.ID) != "" {
		t.Error("taken for the other")
	}
	if asked := g.lookUps(); asked != 3 {
		t.Errorf("%d look-ups, the third is about the one who is linked", asked)
	}
	if got := g.gone(t, e1); got != nil {
		t.Errorf("gone %v", got)
	}
}
