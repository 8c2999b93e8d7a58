package integration_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

func (w *world) linkOf(t *testing.T, tenant, employee string) *integrationv1.AccountLink {
	t.Helper()
	out, err := w.admin.GetAccountLink(as(t, tenant), &integrationv1.GetAccountLinkRequest{Employee: employee})
	if err != nil {
		t.Fatal(err)
	}
	return out.GetAccountLink()
}

// verbs are an employee's history, oldest first, as "VERB account by SOURCE".
func (w *world) verbs(t *testing.T, tenant, employee string) []string {
	t.Helper()
	out, err := w.links.ListAccountLinkChanges(as(t, tenant), &integrationv1.ListAccountLinkChangesRequest{Employee: employee})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, c := range out.GetChanges() {
		list = append([]string{c.GetVerb().String() + " " + c.GetLineWorksAccountId() + " by " + c.GetSource()}, list...)
	}
	return list
}

func (w *world) who(t *testing.T, tenant, conn, user string) string {
	t.Helper()
	return w.resolve(t, tenant, conn, integrationv1.Credentials_V2, user)[0].GetEmployee()
}

// day moves everything that is remembered about people a day back, as a day
// without events does.
func (w *world) day(t *testing.T) {
	t.Helper()
	if _, err := w.db.Owner(t).Exec(t.Context(), `update integration.sender set checked_at = checked_at - interval '25 hours'`); err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %q, want %q", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
}

// A login id changes at LINE WORKS: the person keeps the link. Whoever gets the
// old login id is a stranger.
func TestALoginIDThatChangesKeepsItsLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro := w.user(t, "taro@example")
	employee := w.link(t, tenant, "taro@example")
	etag := w.linkOf(t, tenant, employee).GetEtag()
	if w.who(t, tenant, conn, taro.ID) != employee {
		t.Fatal("not linked")
	}
	if l := w.linkOf(t, tenant, employee); l.GetUserId() != taro.ID || l.GetEtag() != etag {
		t.Fatalf("after the first event: %v", l)
	}
	if err := w.sim.ChangeEmail(taro.ID, "taro.new@example"); err != nil {
		t.Fatal(err)
	}
	stranger := w.user(t, "taro@example")
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, stranger.ID); got[0].GetEmployee() != employee || got[1].GetState() != unlinked {
		t.Errorf("before LINE WORKS is asked again: %v", got)
	}
	w.day(t)
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, stranger.ID); got[0].GetEmployee() != employee || got[1].GetState() != unlinked {
		t.Errorf("a day later: %v", got)
	}
	if l := w.linkOf(t, tenant, employee); l.GetLineWorksAccountId() != "taro.new@example" || l.GetUserId() != taro.ID {
		t.Errorf("the account does not follow: %v", l)
	}
	same(t, "history", w.verbs(t, tenant, employee), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM", "RENAMED taro.new@example by PLATFORM")
}

// An administrator gives the employee another account: the person of before is
// nobody, even while LINE WORKS is away.
func TestAnotherAccountForgetsThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	taro, jiro := w.user(t, "taro@example"), w.user(t, "jiro@example")
	employee := w.link(t, tenant, "taro@example")
	w.who(t, tenant, conn, taro.ID)
	_, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
		Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "jiro@example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if l := w.linkOf(t, tenant, employee); l.GetUserId() != "" {
		t.Errorf("the userId of another account: %v", l)
	}
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, jiro.ID); got[0].GetState() != unlinked || got[1].GetEmployee() != employee {
		t.Errorf("%v", got)
	}
}

// A linked person is suspended, so LINE WORKS does not know them, and comes back.
func TestGoneAndReturned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro := w.user(t, "taro@example")
	employee := w.link(t, tenant, "taro@example")
	w.who(t, tenant, conn, taro.ID)
	if err := w.sim.SuspendUser(taro.ID, true); err != nil {
		t.Fatal(err)
	}
	w.day(t)
	if w.who(t, tenant, conn, taro.ID) != employee {
		t.Error("somebody who is gone lost the link")
	}
	if l := w.linkOf(t, tenant, employee); l.GetGoneTime() == nil || time.Since(l.GetGoneTime().AsTime()) > time.Minute {
		t.Errorf("not flagged: %v", l)
	}
	if err := w.sim.SuspendUser(taro.ID, false); err != nil {
		t.Fatal(err)
	}
	w.day(t)
	w.who(t, tenant, conn, taro.ID)
	if l := w.linkOf(t, tenant, employee); l.GetGoneTime() != nil || l.GetUserId() != taro.ID {
		t.Errorf("still flagged: %v", l)
	}
	same(t, "history", w.verbs(t, tenant, employee), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM",
		"GONE taro@example by PLATFORM", "RETURNED taro@example by PLATFORM")
}
