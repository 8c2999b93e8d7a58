package integration_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/simulator"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

func (w *world) strangers(t *testing.T, tenant string) []*integrationv1.UnlinkedSender {
	t.Helper()
	out, err := w.links.ListUnlinkedSenders(as(t, tenant), &integrationv1.ListUnlinkedSendersRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return out.GetUnlinkedSenders()
}

// Whoever chats in a room with the bot is asked about with every message, and is
// on no list for that.
func TestWhoMerelyChatsIsOnNoList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro := w.user(t, "taro@example")
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, "nobody-knows"); got[0].GetState() != unlinked || got[1].GetState() != unlinked {
		t.Fatalf("%v", got)
	}
	if list := w.strangers(t, tenant); len(list) != 0 {
		t.Errorf("%v", list)
	}
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, taro.ID)
	if list := w.strangers(t, tenant); len(list) != 1 || list[0].GetTries() != 1 || list[0].GetLineWorksAccountId() != "taro@example" {
		t.Errorf("after a punch: %v", list)
	}
}

// Everybody whose punches find no employee is on the list until linked.
func TestUnlinkedSenders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	hana, taro := w.user(t, "hana@example"), w.user(t, "taro@example")
	w.link(t, tenant, "hana@example")
	employee := w.staff.hire(tenant, "1", "TARO@example")
	w.staff.hire(tenant, "2", "two@example")
	w.staff.hire(tenant, "3", "two@example")
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, hana.ID, taro.ID, taro.ID, "nobody-knows", taro.ID)
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, taro.ID)
	list := w.strangers(t, tenant)
	if len(list) != 2 {
		t.Fatalf("%v", list)
	}
	first := list[0]
	if first.GetUserId() != taro.ID || first.GetLineWorksAccountId() != "taro@example" || first.GetTries() != 4 || first.GetConnection() != "connections/"+conn ||
		first.GetSuggestedEmployee() != "employees/"+employee || !first.GetFirstTime().AsTime().Before(first.GetLastTime().AsTime()) {
		t.Errorf("%v", first)
	}
	if list[1].GetUserId() != "nobody-knows" || list[1].GetLineWorksAccountId() != "" || list[1].GetSuggestedEmployee() != "" {
		t.Errorf("%v", list[1])
	}
	made, err := w.links.LinkUnlinkedSender(as(t, tenant), &integrationv1.LinkUnlinkedSenderRequest{
		Sender: strings.TrimPrefix(first.GetName(), "unlinkedSenders/"), Employee: "employees/" + employee,
	})
	if l := made.GetAccountLink(); err != nil || l.GetUserId() != taro.ID || l.GetLineWorksAccountId() != "taro@example" {
		t.Fatalf("%v, %v", made, err)
	}
	if list := w.strangers(t, tenant); len(list) != 1 || w.who(t, tenant, conn, taro.ID) != employee {
		t.Errorf("after linking: %v", list)
	}
	same(t, "history", w.verbs(t, tenant, employee), "LINKED taro@example by UNLINKED_SENDER")
	_, err = w.links.LinkUnlinkedSender(as(t, tenant), &integrationv1.LinkUnlinkedSenderRequest{
		Sender: strings.TrimPrefix(first.GetName(), "unlinkedSenders/"), Employee: employee,
	})
	if reason(err) != "UNLINKED_SENDER_NOT_FOUND" {
		t.Errorf("linked twice: %v", err)
	}
}

// A link made another way takes the person off the list, too. Whoever has the
// address of a linked employee is not suggested for that employee.
func TestALinkTakesPeopleOffTheList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro, jiro := w.user(t, "taro@example"), w.user(t, "jiro@example")
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, jiro.ID)
	w.link(t, tenant, "taro@example")
	employee := w.staff.hire(tenant, "1", "jiro@example")
	_, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: "other@example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if list := w.strangers(t, tenant); len(list) != 1 || list[0].GetUserId() != jiro.ID || list[0].GetSuggestedEmployee() != "" {
		t.Errorf("%v", list)
	}
}

// API 1.0 names the login id alone; the same person through two connections of
// both versions is on the list twice, and one link takes both off.
func TestUnlinkedSendersOfBothVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	v2, _ := w.activeV2(ctx, t)
	keys, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	v1 := w.connection(ctx, t)
	w.activate(ctx, t, v1, inV1(keys))
	taro := w.user(t, "taro@example")
	w.punch(t, tenant, v2, integrationv1.Credentials_V2, taro.ID)
	w.punch(t, tenant, v1, integrationv1.Credentials_V1, "Taro@Example")
	list := w.strangers(t, tenant)
	if len(list) != 2 || list[0].GetUserId() != "" || list[0].GetLineWorksAccountId() != "taro@example" || list[0].GetConnection() != "connections/"+v1 {
		t.Fatalf("%v", list)
	}
	employee := uuid.NewString()
	if _, err := w.links.LinkUnlinkedSender(ctx, &integrationv1.LinkUnlinkedSenderRequest{
		Sender: strings.TrimPrefix(list[0].GetName(), "unlinkedSenders/"), Employee: employee,
	}); err != nil {
		t.Fatal(err)
	}
	if list := w.strangers(t, tenant); len(list) != 0 || w.who(t, tenant, v2, taro.ID) != employee {
		t.Errorf("%v", list)
	}
	if got := w.resolve(t, tenant, v1, integrationv1.Credentials_V1, "taro@example")[0]; got.GetEmployee() != employee {
		t.Errorf("%v", got)
	}
}

func TestLinkUnlinkedSenderRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	w.punch(t, tenant, conn, integrationv1.Credentials_V2, "nobody-knows")
	sender := strings.TrimPrefix(w.strangers(t, tenant)[0].GetName(), "unlinkedSenders/")
	for want, req := range map[string]*integrationv1.LinkUnlinkedSenderRequest{
		"UNLINKED_SENDER_NOT_FOUND": {Sender: uuid.NewString(), Employee: uuid.NewString()},
		"INVALID_ARGUMENT":          {Sender: sender, Employee: "employees/x"},
	} {
		if _, err := w.links.LinkUnlinkedSender(ctx, req); reason(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := w.links.LinkUnlinkedSender(as(t, uuid.NewString()), &integrationv1.LinkUnlinkedSenderRequest{Sender: sender, Employee: uuid.NewString()}); reason(err) != "UNLINKED_SENDER_NOT_FOUND" {
		t.Errorf("another organization: %v", err)
	}
}

// People post in two processes while they are linked in both: nobody who is
// linked stays on the list, and nobody who is not falls off.
func TestPostingAndLinkingRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	conn, _ := w.activeV2(ctx, t)
	first := w.machine
	w.start(t)
	second := w.machine
	const people = 30
	ids := make([]string, people)
	for i := range people {
		ids[i] = w.user(t, fmt.Sprintf("u%d@example", i)).ID
	}
	var all sync.WaitGroup
	for _, machine := range []integrationv1.IntegrationServiceClient{first, second} {
		all.Go(func() {
			for range 3 {
				req := &integrationv1.ResolveSendersRequest{}
				for _, id := range ids {
					req.Senders = append(req.Senders, &integrationv1.Sender{Tenant: tenant, Connection: conn, ApiVersion: integrationv1.Credentials_V2, User: id})
				}
				if _, err := machine.ResolveSenders(ctx, req); err != nil {
					t.Error(err)
				}
				if _, err := machine.ReportUnlinkedSenders(ctx, &integrationv1.ReportUnlinkedSendersRequest{Senders: req.GetSenders()}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Go(func() {
		for i := range people / 2 {
			_, err := w.admin.UpdateAccountLink(ctx, &integrationv1.UpdateAccountLinkRequest{
				Employee: uuid.NewString(), AccountLink: &integrationv1.AccountLink{LineWorksAccountId: fmt.Sprintf("u%d@example", i)},
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	eventually(t, "everybody has an answer", func() bool {
		for _, r := range w.resolve(t, tenant, conn, integrationv1.Credentials_V2, ids...) {
			if r.GetState() == pending {
				return false
			}
		}
		return true
	})
	list := map[string]bool{}
	for _, s := range w.strangers(t, tenant) {
		list[s.GetUserId()] = true
	}
	for i, id := range ids {
		if list[id] != (i >= people/2) {
			t.Errorf("person %d is on the list: %t", i, list[id])
		}
	}
}
