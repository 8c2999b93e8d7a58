package integration_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

const revoked = integrationv1.ResolvedSender_TOKEN_REVOKED

// clock is the time of the database.
func (w *world) clock(t *testing.T) *timestamppb.Timestamp {
	t.Helper()
	var at time.Time
	if err := w.db.Owner(t).QueryRow(t.Context(), `select clock_timestamp()`).Scan(&at); err != nil {
		t.Fatal(err)
	}
	return timestamppb.New(at)
}

func (w *world) issue(ctx context.Context, t *testing.T, conn string) string {
	t.Helper()
	out, err := w.admin.IssueToken(ctx, &integrationv1.IssueTokenRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	_, id, _ := strings.Cut(out.GetToken().GetName(), "/tokens/")
	return id
}

// What was received before a revocation is a punch however late it is looked at;
// what was received after it is none. Both times are the database's: the clock of
// this process is wrong by an hour, once in each direction.
func TestARevocationCountsFromItsTime(t *testing.T) {
	for _, wrong := range []time.Duration{time.Hour, -time.Hour} {
		w := newWorld(t)
		w.stop()
		w.cfg.Now = func() time.Time { return time.Now().Add(wrong) }
		w.start(t)
		tenant := uuid.NewString()
		ctx := as(t, tenant)
		conn := w.connection(ctx, t)
		keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
		if err != nil {
			t.Fatal(err)
		}
		w.activate(ctx, t, conn, inV2(keys))
		for _, e := range w.endpoints(t, 0).GetEndpoints() {
			if uuid.Validate(e.GetToken()) != nil {
				t.Fatalf("an endpoint without the id of its token: %q", e.GetToken())
			}
		}
		old := w.endpoints(t, 0).GetEndpoints()[0].GetToken()
		live := w.issue(ctx, t, conn)
		employee := w.link(t, tenant, "linked-by-id")

		before := w.clock(t)
		if _, err := w.admin.RevokeToken(ctx, &integrationv1.RevokeTokenRequest{Connection: conn, Token: old}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the next millisecond", func() bool { return w.clock(t).AsTime().Sub(before.AsTime()) > 2*time.Millisecond })
		after := w.clock(t)
		ask := func(tenant, token string, at *timestamppb.Timestamp) *integrationv1.Sender {
			return &integrationv1.Sender{Tenant: tenant, Connection: conn, ApiVersion: integrationv1.Credentials_V2, User: "linked-by-id", Token: token, ReceivedTime: at}
		}
		late := &integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{ask(tenant, old, after), ask(uuid.NewString(), old, after)}}
		if _, err := w.machine.ResolveSenders(t.Context(), late); err != nil || w.lookUps() != 0 {
			t.Errorf("%d look-ups for what was revoked, %v", w.lookUps(), err)
		}
		out, err := w.machine.ResolveSenders(t.Context(), &integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{
			ask(tenant, old, after), ask(tenant, old, before), ask(tenant, live, after), ask(tenant, "", after),
			ask(tenant, strings.ToUpper(old), after), ask(tenant, "nonsense", after), ask(uuid.NewString(), old, after), ask(tenant, old, after),
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := []integrationv1.ResolvedSender_State{revoked, linked, linked, linked, revoked, linked, inactive, revoked}
		for i, s := range out.GetSenders() {
			if s.GetState() != want[i] || (s.GetState() == linked) != (s.GetEmployee() == employee) {
				t.Errorf("wrong by %s, sender %d: %v, want %s", wrong, i, s, want[i])
			}
		}
		if n := w.lookUps(); n != 1 {
			t.Errorf("%d look-ups of one person", n)
		}
	}
}
