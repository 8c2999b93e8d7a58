package integration_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// TestIDsHaveOneSpelling uses ids in capital letters throughout: what is sealed
// under one spelling must open under the other.
func TestIDsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, strings.ToUpper(tenant))
	conn := strings.ToUpper(w.connection(ctx, t))
	keys, err := w.sim.NewBotV2(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, conn, inV2(keys))
	if got := w.endpoints(t, 0).GetEndpoints(); len(got) != 1 || got[0].GetConnection() != strings.ToLower(conn) {
		t.Errorf("endpoints: %d", len(got))
	}
	if _, err := w.admin.ListTokens(as(t, tenant), &integrationv1.ListTokensRequest{Connection: strings.ToLower(conn)}); err != nil {
		t.Error(err)
	}
	person := w.user(t, "taro@example")
	w.send(t, reply(strings.ToUpper(tenant), conn, key(t), integrationv1.Credentials_V2, person.ID, "x"))
	eventually(t, "the message", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 1 })
}

func TestBatchesNameTheirVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.machine.ResolveSenders(t.Context(), &integrationv1.ResolveSendersRequest{Senders: []*integrationv1.Sender{
		{Tenant: uuid.NewString(), Connection: uuid.NewString(), ApiVersion: integrationv1.Credentials_V2, User: "u"},
		{Tenant: uuid.NewString(), Connection: uuid.NewString(), User: "u"},
	}})
	if got := fields(err)["senders[1].apiVersion"]; got != "REQUIRED" {
		t.Errorf("senders: %v", err)
	}
	out := reply(uuid.NewString(), uuid.NewString(), key(t), integrationv1.Credentials_API_VERSION_UNSPECIFIED, "u", "x")
	_, err = w.machine.SendReplies(t.Context(), &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{out}})
	if got := fields(err)["replies[0].apiVersion"]; got != "REQUIRED" {
		t.Errorf("replies: %v", err)
	}
}
