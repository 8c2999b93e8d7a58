package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/simulator"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// desk is a company with one employee, who is linked and has posted.
type desk struct {
	*world
	tenant, conn, employee string
	taro                   simulator.User
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{world: newWorld(t), tenant: uuid.NewString()}
	d.conn, _ = d.activeV2(as(t, d.tenant), t)
	d.taro, d.employee = d.user(t, "taro@example"), d.staff.hire(d.tenant, "1", "Taro@Example")
	d.put(t, "taro@example")
	if d.who(t, d.tenant, d.conn, d.taro.ID) != d.employee {
		t.Fatal("not linked")
	}
	return d
}

// put links the employee as an administrator does on the screen.
func (d *desk) put(t *testing.T, account string) {
	t.Helper()
	_, err := d.admin.UpdateAccountLink(as(t, d.tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: d.employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// recreate deletes the employee's account at LINE WORKS and makes it anew.
func (d *desk) recreate(t *testing.T) simulator.User {
	t.Helper()
	if err := d.sim.RemoveUser(d.taro.ID); err != nil {
		t.Fatal(err)
	}
	return d.user(t, "taro@example")
}

func (d *desk) linkSender(t *testing.T, s *integrationv1.UnlinkedSender, replace bool) error {
	t.Helper()
	_, err := d.links.LinkUnlinkedSender(as(t, d.tenant), &integrationv1.LinkUnlinkedSenderRequest{
		Sender: strings.TrimPrefix(s.GetName(), "unlinkedSenders/"), Employee: s.GetSuggestedEmployee(), Replace: replace,
	})
	return err
}

// An account is deleted and created anew with the same e-mail address. The new
// one is a stranger, who is suggested for the employee at the first post; only an
// administrator who says so gives it the link, and the history stays.
func TestAnAccountCreatedAnewIsSuggested(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anew := d.recreate(t)
	if got := d.punch(t, d.tenant, d.conn, integrationv1.Credentials_V2, anew.ID)[0]; got.GetState() != unlinked {
		t.Fatalf("a stranger has the link: %v", got)
	}
	list := d.strangers(t, d.tenant)
	if len(list) != 1 || list[0].GetUserId() != anew.ID || list[0].GetSuggestedEmployee() != "employees/"+d.employee || !list[0].GetRecreated() {
		t.Fatalf("%v", list)
	}
	before := d.dump(t, "account_link", "account_link_change", "unlinked_sender")
	if err := d.linkSender(t, list[0], false); reason(err) != "EMPLOYEE_LINKED_OTHERWISE" || d.dump(t, "account_link", "account_link_change", "unlinked_sender") != before {
		t.Errorf("without a word: %v", err)
	}
	if err := d.linkSender(t, list[0], true); err != nil {
		t.Fatal(err)
	}
	if l := d.linkOf(t, d.tenant, d.employee); l.GetUserId() != anew.ID || l.GetGoneTime() != nil || d.who(t, d.tenant, d.conn, anew.ID) != d.employee {
		t.Errorf("%v", l)
	}
	if list := d.strangers(t, d.tenant); len(list) != 0 {
		t.Errorf("still on the list: %v", list)
	}
	same(t, "history", d.verbs(t, d.tenant, d.employee), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM",
		"GONE taro@example by PLATFORM", "LINKED taro@example by UNLINKED_SENDER")
}

// Somebody gets the login id of a colleague who has another one now: the link
// follows the colleague at once, and nobody is suggested.
func TestALoginIDThatWentToAnotherSuggestsNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.sim.ChangeEmail(d.taro.ID, "taro.new@example"); err != nil {
		t.Fatal(err)
	}
	stranger := d.user(t, "taro@example")
	if got := d.punch(t, d.tenant, d.conn, integrationv1.Credentials_V2, stranger.ID)[0]; got.GetState() != unlinked {
		t.Fatalf("a stranger has the link: %v", got)
	}
	if list := d.strangers(t, d.tenant); len(list) != 1 || list[0].GetSuggestedEmployee() != "" || list[0].GetRecreated() {
		t.Errorf("%v", list)
	}
	if l := d.linkOf(t, d.tenant, d.employee); l.GetLineWorksAccountId() != "taro.new@example" || l.GetUserId() != d.taro.ID || l.GetGoneTime() != nil {
		t.Errorf("the link does not follow: %v", l)
	}
}

// The sync reports an account that was created anew, and replaces it only when
// the administrator says so; checking says the same and stores nothing.
func TestTheSyncReplacesWhatWasCreatedAnewWhenTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anew := d.recreate(t)
	for _, c := range []struct {
		only, relink bool
		want         string
		user         string
	}{
		{false, false, "FAILED ACCOUNT_RECREATED", d.taro.ID}, {true, true, "CHANGED ", d.taro.ID}, {false, true, "CHANGED ", anew.ID},
	} {
		out, err := d.links.SyncAccountLinks(as(t, d.tenant), &integrationv1.SyncAccountLinksRequest{
			Sync: &integrationv1.AccountLinkSync{RelinkRecreated: c.relink}, ValidateOnly: c.only,
		})
		if err != nil {
			t.Fatal(err)
		}
		run := d.ended(t, d.tenant, strings.TrimPrefix(out.GetSync().GetName(), "accountLinkSyncs/"))
		r := run.GetResults()
		if len(r) != 1 || r[0].GetResult().String()+" "+r[0].GetReason() != c.want || run.GetRelinkRecreated() != c.relink {
			t.Errorf("%+v: %v", c, run)
		}
		if c.want != "CHANGED " && !strings.Contains(r[0].GetMessage(), "relinkRecreated") {
			t.Errorf("the message names no way out: %q", r[0].GetMessage())
		}
		if l := d.linkOf(t, d.tenant, d.employee); l.GetUserId() != c.user {
			t.Errorf("%+v: linked to %v", c, l)
		}
	}
	same(t, "history", d.verbs(t, d.tenant, d.employee), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM",
		"GONE taro@example by SYNC", "LINKED taro@example by SYNC")
}

// The sync hears of people who are suspended, who come back and whose login id
// changed, without a post of theirs.
func TestTheSyncHearsWhoIsSuspendedAndRenamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	suspend := func(yes bool) func() error { return func() error { return d.sim.SuspendUser(d.taro.ID, yes) } }
	for _, c := range []struct {
		happens func() error
		account string
		gone    bool
	}{
		{suspend(true), "taro@example", true}, {suspend(false), "taro@example", false},
		{func() error { return d.sim.ChangeEmail(d.taro.ID, "yamada@example") }, "yamada@example", false},
	} {
		if err := c.happens(); err != nil {
			t.Fatal(err)
		}
		d.ended(t, d.tenant, d.sync(t, d.tenant, false))
		if l := d.linkOf(t, d.tenant, d.employee); l.GetLineWorksAccountId() != c.account || l.GetUserId() != d.taro.ID || (l.GetGoneTime() != nil) != c.gone {
			t.Errorf("%v", l)
		}
	}
	same(t, "history", d.verbs(t, d.tenant, d.employee), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM",
		"GONE taro@example by SYNC", "RETURNED taro@example by SYNC", "RENAMED yamada@example by SYNC")
}

// A person who is suspended or deleted and has no link cannot be linked by a sync
// or suggested; a link of a deleted person stays until somebody removes it.
func TestWhoIsDeletedKeepsTheLinkUntilRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.sim.RemoveUser(d.taro.ID); err != nil {
		t.Fatal(err)
	}
	d.day(t)
	if d.who(t, d.tenant, d.conn, d.taro.ID) != d.employee || d.linkOf(t, d.tenant, d.employee).GetGoneTime() == nil {
		t.Error("a deleted person is not marked, or lost the link")
	}
	if _, err := d.admin.DeleteAccountLink(as(t, d.tenant), &integrationv1.DeleteAccountLinkRequest{Employee: d.employee}); err != nil {
		t.Fatal(err)
	}
	same(t, "history", d.verbs(t, d.tenant, d.employee), "LINKED taro@example by EDIT", "IDENTIFIED taro@example by PLATFORM",
		"GONE taro@example by PLATFORM", "UNLINKED taro@example by EDIT")
	if got := d.resolve(t, d.tenant, d.conn, integrationv1.Credentials_V2, d.taro.ID)[0]; got.GetState() != unlinked {
		t.Errorf("%v", got)
	}
}

// However an administrator writes the account, it is the same account: as login
// id or as userId, in capitals, between white space. Afterwards the list shows
// the login id.
func TestOneAccountHasOneSpelling(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(simulator.User) string{
		"login id in capitals": func(simulator.User) string { return "TARO@EXAMPLE" },
		"between white space":  func(simulator.User) string { return "\u3000 taro@example\t" },
		"userId":               func(u simulator.User) string { return u.ID },
		"userId in capitals":   func(u simulator.User) string { return " " + strings.ToUpper(u.ID) },
	} {
		d := newDesk(t)
		other := d.user(t, "jiro@example")
		d.put(t, "jiro@example")
		if d.who(t, d.tenant, d.conn, other.ID) != d.employee {
			t.Fatal("not linked")
		}
		d.put(t, write(d.taro))
		if got := d.resolve(t, d.tenant, d.conn, integrationv1.Credentials_V2, d.taro.ID, other.ID); got[0].GetEmployee() != d.employee || got[1].GetState() != unlinked {
			t.Errorf("%s: %v", name, got)
		}
		if l := d.linkOf(t, d.tenant, d.employee); l.GetLineWorksAccountId() != "taro@example" || l.GetUserId() != d.taro.ID {
			t.Errorf("%s: %v", name, l)
		}
		_, err := d.admin.UpdateAccountLink(as(t, d.tenant), &integrationv1.UpdateAccountLinkRequest{
			Employee: uuid.NewString(), AccountLink: &integrationv1.AccountLink{LineWorksAccountId: write(d.taro)},
		})
		if reason(err) != "ACCOUNT_LINKED_ELSEWHERE" {
			t.Errorf("%s: linked to two people: %v", name, err)
		}
	}
}
