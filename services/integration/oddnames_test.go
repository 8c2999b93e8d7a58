package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// A login id that can be none, as LINE WORKS may tell us, links nobody: the person is on the list of those who are linked to nobody, is not
// asked about without end, and holds up nobody else of the connection.
func TestOddLoginIDsAreLinkedToNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	good := w.user(t, "taro@example")
	employee := w.link(t, tenant, "taro@example")
	odd := []string{w.user(t, "nul\x00@example").ID, w.user(t, "half\xed\xa0\xbd@example").ID, w.user(t, "line\u0085@example").ID,
		w.user(t, "jiro\u202e@example").ID,
		w.user(t, strings.Repeat("x", 4000)+"@example").ID, ".", ".."}
	for round := range 2 {
		got := w.punch(t, tenant, conn, integrationv1.Credentials_V2, append([]string{good.ID}, odd...)...)
		for i, s := range got {
			want := unlinked
			if i == 0 {
				want = linked
			}
			if s.GetState() != want || (i == 0) != (s.GetEmployee() == employee) {
				t.Errorf("round %d, sender %d: %v", round, i, s)
			}
		}
	}
	if n := w.lookUps(); n != 6 {
		t.Errorf("%d look-ups", n)
	}
	list := w.strangers(t, tenant)
	for _, s := range list {
		if s.GetLineWorksAccountId() != "" || s.GetTries() != 2 {
			t.Errorf("%v", s)
		}
	}
	if len(list) != len(odd) {
		t.Errorf("%d are on the list, want %d", len(list), len(odd))
	}
}

// Whoever is known by the userId keeps the link when the login id becomes one
// that can be none, and is not gone: LINE WORKS has answered who they are.
func TestAnOddLoginIDBreaksNoLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro := w.user(t, "taro@example")
	employee := w.link(t, tenant, "taro@example")
	if got := w.who(t, tenant, conn, taro.ID); got != employee {
		t.Fatal(got)
	}
	if err := w.sim.ChangeEmail(taro.ID, "nul\x00@example"); err != nil {
		t.Fatal(err)
	}
	w.day(t)
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID)[0]; got.GetState() != linked || got.GetEmployee() != employee {
		t.Errorf("%v", got)
	}
	if l := w.linkOf(t, tenant, employee); l.GetLineWorksAccountId() != "taro@example" || l.GetGoneTime() != nil {
		t.Errorf("%v", l)
	}
	if err := w.sim.RemoveUser(taro.ID); err != nil {
		t.Fatal(err)
	}
	w.day(t)
	if got := w.who(t, tenant, conn, taro.ID); got != employee || w.linkOf(t, tenant, employee).GetGoneTime() == nil {
		t.Error("who was removed is not marked")
	}
}

// A directory with people whom nobody could be linked to is read to its end.
func TestASyncReadsPastOddPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	w.user(t, "nul\x00@example")
	if _, err := w.sim.NewUser(simulator.User{Domain: w.domain, ID: "u\x00", Email: "odd@example"}); err != nil {
		t.Fatal(err)
	}
	w.user(t, "taro@example")
	w.staff.hire(tenant, "1", "taro@example")
	w.staff.hire(tenant, "2", "odd@example")
	begun, err := w.links.SyncAccountLinks(ctx, &integrationv1.SyncAccountLinksRequest{Sync: &integrationv1.AccountLinkSync{Connection: "connections/" + conn}})
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimPrefix(begun.GetSync().GetName(), "accountLinkSyncs/")
	var run *integrationv1.AccountLinkSync
	eventually(t, "the end of the sync", func() bool {
		out, err := w.links.GetAccountLinkSync(ctx, &integrationv1.GetAccountLinkSyncRequest{Sync: id})
		run = out.GetSync()
		return err == nil && run.GetState() != integrationv1.AccountLinkSync_RUNNING
	})
	if run.GetState() != integrationv1.AccountLinkSync_DONE || run.GetCounts().GetCreated() != 1 || run.GetCounts().GetNoMatch() != 1 || run.GetUsersRead() != 1 {
		t.Errorf("%v", run)
	}
}
