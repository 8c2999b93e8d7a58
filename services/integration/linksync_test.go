package integration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/simulator"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

func (w *world) sync(t *testing.T, tenant string, only bool) string {
	t.Helper()
	out, err := w.links.SyncAccountLinks(as(t, tenant), &integrationv1.SyncAccountLinksRequest{Sync: &integrationv1.AccountLinkSync{}, ValidateOnly: only})
	if err != nil {
		t.Fatal(err)
	}
	if out.GetSync().GetState() != integrationv1.AccountLinkSync_RUNNING {
		t.Errorf("started as %v", out)
	}
	return strings.TrimPrefix(out.GetSync().GetName(), "accountLinkSyncs/")
}

func (w *world) syncOf(t *testing.T, tenant, id string) *integrationv1.AccountLinkSync {
	t.Helper()
	out, err := w.links.GetAccountLinkSync(as(t, tenant), &integrationv1.GetAccountLinkSyncRequest{Sync: id})
	if err != nil {
		t.Fatal(err)
	}
	return out.GetSync()
}

// ended waits for the end of a sync.
func (w *world) ended(t *testing.T, tenant, id string) *integrationv1.AccountLinkSync {
	t.Helper()
	eventually(t, "the sync ends", func() bool { return w.syncOf(t, tenant, id).GetEndTime() != nil })
	return w.syncOf(t, tenant, id)
}

// A company is linked by e-mail address. Checking first gives the same results
// and stores no link.
func TestSyncByAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	w.activeV2(as(t, tenant), t)
	taro, hand := w.user(t, "taro@example"), w.user(t, "hand@example")
	gone := w.user(t, "suspended@example")
	if err := w.sim.SuspendUser(gone.ID, true); err != nil {
		t.Fatal(err)
	}
	for i := range 250 {
		w.user(t, fmt.Sprintf("other%d@example", i)) // several pages
	}
	employee := w.staff.hire(tenant, "1", "Taro@Example")
	w.staff.hire(tenant, "2", "nobody@example")
	w.staff.hire(tenant, "3", "suspended@example")
	byHand := w.staff.hire(tenant, "4", hand.Email)
	w.staff.add(tenant, "5", "other1@example", false)
	_, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: byHand, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "typed@example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	before := w.dump(t, "account_link", "account_link_change")
	checked := w.ended(t, tenant, w.sync(t, tenant, true))
	if w.dump(t, "account_link", "account_link_change") != before || !checked.GetValidateOnly() {
		t.Error("checking stored links")
	}
	done := w.ended(t, tenant, w.sync(t, tenant, false))
	for _, y := range []*integrationv1.AccountLinkSync{checked, done} {
		var got []string
		for _, r := range y.GetResults() {
			got = append(got, strings.TrimSpace(r.GetEmployeeNumber()+" "+r.GetResult().String()+" "+r.GetReason()))
		}
		same(t, "results", got, "1 CREATED", "2 NO_MATCH MEMBER_NOT_FOUND", "3 NO_MATCH MEMBER_INACTIVE", "4 FAILED ACCOUNT_RECREATED") // nobody has the address that was typed
		if c := y.GetCounts(); y.GetState() != integrationv1.AccountLinkSync_DONE || y.GetUsersRead() != 253 || y.GetEmployeesCompared() != 4 ||
			c.GetCreated() != 1 || c.GetNoMatch() != 2 || c.GetFailed() != 1 {
			t.Errorf("%v", y)
		}
	}
	if l := w.linkOf(t, tenant, employee); l.GetUserId() != taro.ID || l.GetLineWorksAccountId() != "taro@example" {
		t.Errorf("%v", l)
	}
	if l := w.linkOf(t, tenant, byHand); l.GetLineWorksAccountId() != "typed@example" {
		t.Errorf("a link made by hand was replaced: %v", l)
	}
	same(t, "history", w.verbs(t, tenant, employee), "LINKED taro@example by SYNC")
	again := w.ended(t, tenant, w.sync(t, tenant, false))
	if c := again.GetCounts(); c.GetUnchanged() != 1 || c.GetCreated() != 0 {
		t.Errorf("again: %v", c)
	}
	if left := w.dump(t, "link_sync_person"); left != "" {
		t.Errorf("people of the directory are kept: %.80s", left)
	}
}

// Somebody who was linked and never wrote is known by the login id alone; a sync
// tells all the same that LINE WORKS has suspended the account.
func TestSyncSeesWhoIsSuspendedAndNeverWrote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	w.activeV2(as(t, tenant), t)
	member, typed := w.user(t, "taro@example"), w.user(t, "typed@example")
	employee, other := w.staff.hire(tenant, "1", "taro@example"), w.staff.hire(tenant, "2", "hanako@example")
	for e, account := range map[string]string{employee: member.Email, other: typed.Email} {
		_, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
			Employee: e, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.suspend(t, true, member.ID, typed.ID)
	w.ended(t, tenant, w.sync(t, tenant, false))
	for _, e := range []string{employee, other} {
		if l := w.linkOf(t, tenant, e); l.GetGoneTime() == nil || l.GetUserId() != "" {
			t.Errorf("suspended: %v", l)
		}
	}
	w.suspend(t, false, member.ID)
	w.ended(t, tenant, w.sync(t, tenant, false))
	if l := w.linkOf(t, tenant, employee); l.GetGoneTime() != nil || l.GetUserId() != member.ID {
		t.Errorf("back: %v", l)
	}
	same(t, "history", w.verbs(t, tenant, other), "LINKED typed@example by EDIT", "GONE typed@example by SYNC")
}

// Whose account was deleted is a row of its own kind, in a dry run, too, and keeps link
// and history. Who is in another domain of the company is not on the list, and there.
func TestSyncSeesWhoWasDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	w.staff.hire(tenant, "0", w.user(t, "stays@example").Email)
	domain, err := w.sim.NewDomain(w.domain, "支社")
	if err != nil {
		t.Fatal(err)
	}
	branch, err := w.sim.NewUser(simulator.User{Domain: domain, Email: "hanako@branch"})
	if err != nil {
		t.Fatal(err)
	}
	employees := map[string]string{}
	for number, member := range map[string]simulator.User{"1": w.user(t, "taro@example"), "2": branch} {
		e := w.staff.hire(tenant, number, member.Email)
		_, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
			Employee: e, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: member.Email},
		})
		if err != nil || w.who(t, tenant, conn, member.ID) != e {
			t.Fatal(err)
		}
		employees[number] = e
	}
	if err := w.sim.RemoveUser(w.linkOf(t, tenant, employees["1"]).GetUserId()); err != nil {
		t.Fatal(err)
	}
	for _, only := range []bool{true, false} {
		run := w.ended(t, tenant, w.sync(t, tenant, only))
		r := slices.DeleteFunc(run.GetResults(), func(r *integrationv1.LinkResult) bool { return r.GetResult() == integrationv1.LinkResult_CREATED })
		if len(r) != 1 || r[0].GetResult() != integrationv1.LinkResult_GONE || r[0].GetEmployeeNumber() != "1" || r[0].GetReason() != "MEMBER_GONE" ||
			!strings.Contains(r[0].GetMessage(), "停止・削除されたか、アカウントIDの入力誤り") || run.GetCounts().GetGone() != 1 {
			t.Errorf("dry run %t: %v", only, run)
		}
		if l := w.linkOf(t, tenant, employees["1"]); (l.GetGoneTime() == nil) != only || l.GetLineWorksAccountId() != "taro@example" {
			t.Errorf("dry run %t: %v", only, l)
		}
	}
	if l := w.linkOf(t, tenant, employees["2"]); l.GetGoneTime() != nil {
		t.Errorf("in another domain: %v", l)
	}
	same(t, "history", w.verbs(t, tenant, employees["1"]), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM", "GONE taro@example by SYNC")
}

func (w *world) suspend(t *testing.T, suspended bool, users ...string) {
	t.Helper()
	for _, u := range users {
		if err := w.sim.SuspendUser(u, suspended); err != nil {
			t.Fatal(err)
		}
	}
}

// An app without the scope: the administrator reads where to tick it.
func TestSyncWithoutScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	id := w.connection(ctx, t)
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain, Scopes: []string{"bot.message", "user.email.read"}})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, id, inV2(keys))
	got := w.ended(t, tenant, w.sync(t, tenant, false))
	if got.GetState() != integrationv1.AccountLinkSync_FAILED || got.GetReason() != "SCOPE_MISSING" || !strings.Contains(got.GetMessage(), "user.read") {
		t.Errorf("%v", got)
	}
}

// Either scope is enough.
func TestSyncWithTheOtherScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	id := w.connection(ctx, t)
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain, Scopes: []string{"bot.message", "user.email.read", "directory.read"}})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, id, inV2(keys))
	if got := w.ended(t, tenant, w.sync(t, tenant, false)); got.GetState() != integrationv1.AccountLinkSync_DONE {
		t.Errorf("%v", got)
	}
}

// A rate limit makes the run wait as long as LINE WORKS says, and no longer.
func TestSyncWaitsForTheRateLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	w.activeV2(as(t, tenant), t)
	w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 429, Times: 1, Reset: 1})
	if got := w.ended(t, tenant, w.sync(t, tenant, false)); got.GetState() != integrationv1.AccountLinkSync_DONE {
		t.Errorf("%v", got)
	}
	if calls := w.lookUps(); calls != 2 {
		t.Errorf("%d calls", calls)
	}
}

func TestSyncIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	start := func(conn string) error {
		_, err := w.links.SyncAccountLinks(ctx, &integrationv1.SyncAccountLinksRequest{Sync: &integrationv1.AccountLinkSync{Connection: conn}})
		return err
	}
	refused := func(what, conn, want string) {
		t.Helper()
		if err := start(conn); reason(err) != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	refused("nothing there", "", "CONNECTION_NOT_FOUND")
	refused("unknown", uuid.NewString(), "CONNECTION_NOT_FOUND")
	refused("no keys", "connections/"+w.connection(ctx, t), "CREDENTIALS_MISSING")
	draft := rpc.FaultFrom(start(""))
	if draft.Reason() != "CONNECTION_STATE" || draft.Meta()["state"] != "DRAFT" || draft.Meta()["allowed"] != "activate" {
		t.Errorf("only a draft: %v", draft)
	}
	v1, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	old := w.connection(ctx, t)
	w.activate(ctx, t, old, inV1(v1))
	refused("API 1.0", old, "API_VERSION_UNSUPPORTED")
	refused("only API 1.0", "", "API_VERSION_UNSUPPORTED")
	first, _ := w.activeV2(ctx, t)
	w.activeV2(ctx, t)
	refused("which of two", "", "INVALID_ARGUMENT")
	w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 503})
	if err := start("connections/" + first); err != nil {
		t.Fatal(err)
	}
	f := rpc.FaultFrom(start(first))
	if f.Reason() != "SYNC_RUNNING" || !strings.HasPrefix(f.Meta()["sync"], "accountLinkSyncs/") {
		t.Errorf("a second run: %v", f)
	}
	running := strings.TrimPrefix(f.Meta()["sync"], "accountLinkSyncs/")
	for _, id := range []string{running, "nonsense"} {
		if _, err := w.links.GetAccountLinkSync(as(t, uuid.NewString()), &integrationv1.GetAccountLinkSyncRequest{Sync: id}); reason(err) != "SYNC_NOT_FOUND" {
			t.Errorf("%s in another organization: %v", id, err)
		}
	}
}
