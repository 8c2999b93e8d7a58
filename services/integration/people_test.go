package integration_test

import (
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

func (w *world) resolve(t *testing.T, tenant, conn string, version integrationv1.Credentials_ApiVersion, users ...string) []*integrationv1.ResolvedSender {
	t.Helper()
	req := &integrationv1.ResolveSendersRequest{}
	for _, u := range users {
		req.Senders = append(req.Senders, &integrationv1.Sender{Tenant: tenant, Connection: conn, ApiVersion: version, User: u})
	}
	out, err := w.machine.ResolveSenders(t.Context(), req)
	if err != nil || len(out.GetSenders()) != len(users) {
		t.Fatalf("resolve: %v, %v", out, err)
	}
	return out.GetSenders()
}

// punch tells of punches of people: who they are is asked about, and whoever is
// linked to nobody is reported, as the public door does.
func (w *world) punch(t *testing.T, tenant, conn string, version integrationv1.Credentials_ApiVersion, users ...string) []*integrationv1.ResolvedSender {
	t.Helper()
	answers := w.resolve(t, tenant, conn, version, users...)
	report := &integrationv1.ReportUnlinkedSendersRequest{}
	for i, a := range answers {
		if a.GetState() == unlinked {
			report.Senders = append(report.Senders, &integrationv1.Sender{Tenant: tenant, Connection: conn, ApiVersion: version, User: users[i]})
		}
	}
	if _, err := w.machine.ReportUnlinkedSenders(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	return answers
}

func (w *world) link(t *testing.T, tenant, account string) string {
	t.Helper()
	employee := uuid.NewString()
	_, err := w.admin.UpdateAccountLink(as(t, tenant), &integrationv1.UpdateAccountLinkRequest{
		Employee: employee, AccountLink: &integrationv1.AccountLink{LineWorksAccountId: account},
	})
	if err != nil {
		t.Fatal(err)
	}
	return employee
}

func (w *world) lookUps() int { return len(w.sim.Ledger(simulator.Query{Class: simulator.ClassUsers})) }

const (
	linked   = integrationv1.ResolvedSender_LINKED
	unlinked = integrationv1.ResolvedSender_UNLINKED
	pending  = integrationv1.ResolvedSender_PENDING
	inactive = integrationv1.ResolvedSender_CONNECTION_INACTIVE
)

func TestSendersAreLookedUpOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	conn, _ := w.activeV2(as(t, tenant), t)
	taro, hanako, direct := w.user(t, "taro@example"), w.user(t, "hanako@example"), w.user(t, "direct@example")
	employee := w.link(t, tenant, "TARO@Example")
	byID := w.link(t, tenant, direct.ID)

	got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, hanako.ID, direct.ID, "nobody-knows", taro.ID)
	for i, want := range []struct {
		state    integrationv1.ResolvedSender_State
		employee string
	}{{linked, employee}, {unlinked, ""}, {linked, byID}, {unlinked, ""}, {linked, employee}} {
		if got[i].GetState() != want.state || got[i].GetEmployee() != want.employee {
			t.Errorf("sender %d: %v, want %v %s", i, got[i], want.state, want.employee)
		}
	}
	if n := w.lookUps(); n != 4 {
		t.Errorf("%d look-ups, want 4", n)
	}
	w.resolve(t, tenant, conn, integrationv1.Credentials_V2, taro.ID, hanako.ID, direct.ID, "nobody-knows")
	if n := w.lookUps(); n != 4 {
		t.Errorf("%d look-ups after asking again, want 4", n)
	}
	late := w.link(t, tenant, "hanako@example")
	if got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, hanako.ID)[0]; got.GetEmployee() != late {
		t.Errorf("a link made later is not seen: %v", got)
	}
}

func TestSendersOfAPI1NeedNoLookUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	keys, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	conn := w.connection(ctx, t)
	w.activate(ctx, t, conn, inV1(keys))
	employee := w.link(t, tenant, "taro@example")
	got := w.resolve(t, tenant, conn, integrationv1.Credentials_V1, "Taro@EXAMPLE", "hanako@example")
	if got[0].GetEmployee() != employee || got[1].GetState() != unlinked || w.lookUps() != 0 {
		t.Fatalf("%v, %d look-ups", got, w.lookUps())
	}
}

func TestTroubleOfTheDirectoryIsPending(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"401": 401, "403": 403, "429": 429, "500": 500, "503": 503} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tenant := uuid.NewString()
			conn, _ := w.activeV2(as(t, tenant), t)
			known, fresh := w.user(t, "taro@example"), w.user(t, "hanako@example")
			employee := w.link(t, tenant, "taro@example")
			w.resolve(t, tenant, conn, integrationv1.Credentials_V2, known.ID)
			w.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: status})
			got := w.resolve(t, tenant, conn, integrationv1.Credentials_V2, known.ID, fresh.ID)
			if got[0].GetEmployee() != employee {
				t.Errorf("one sender's trouble hurt another: %v", got[0])
			}
			if got[1].GetState() != pending || got[1].GetRetryAfter().AsDuration() <= 0 {
				t.Errorf("%v, want PENDING with a time", got[1])
			}
			before := w.lookUps()
			w.resolve(t, tenant, conn, integrationv1.Credentials_V2, fresh.ID)
			if w.lookUps() != before {
				t.Error("asked again at once after trouble")
			}
		})
	}
}

func TestInactiveConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant, other := uuid.NewString(), uuid.NewString()
	ctx := as(t, tenant)
	draft := w.connection(ctx, t)
	active, _ := w.activeV2(ctx, t)
	person := w.user(t, "taro@example")
	w.link(t, tenant, "taro@example")
	if got := w.resolve(t, tenant, draft, integrationv1.Credentials_V2, person.ID)[0]; got.GetState() != inactive {
		t.Errorf("draft: %v", got)
	}
	if got := w.resolve(t, other, active, integrationv1.Credentials_V2, person.ID)[0]; got.GetState() != inactive {
		t.Errorf("another organization's connection: %v", got)
	}
	if _, err := w.admin.DisableConnection(ctx, &integrationv1.DisableConnectionRequest{Connection: active}); err != nil {
		t.Fatal(err)
	}
	if got := w.resolve(t, tenant, active, integrationv1.Credentials_V2, person.ID)[0]; got.GetState() != inactive {
		t.Errorf("disabled: %v", got)
	}
	if w.lookUps() != 0 {
		t.Error("LINE WORKS was asked about senders of inactive connections")
	}
}
