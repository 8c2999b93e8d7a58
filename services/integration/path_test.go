package integration_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"testing"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

func key(t *testing.T) []byte {
	t.Helper()
	out := make([]byte, 32)
	if _, err := rand.Read(out); err != nil {
		t.Fatal(err)
	}
	return out
}

func reply(tenant, conn string, eventKey []byte, version integrationv1.Credentials_ApiVersion, user, text string) *integrationv1.Reply {
	return &integrationv1.Reply{
		Tenant: tenant, EventKey: eventKey, Connection: conn, ApiVersion: version, User: user,
		Texts: []*integrationv1.LocalizedText{{Language: "ja_JP", Text: text}, {Language: "en_US", Text: "en " + text}},
	}
}

func (w *world) send(t *testing.T, replies ...*integrationv1.Reply) []*integrationv1.AcceptedReply {
	t.Helper()
	out, err := w.machine.SendReplies(t.Context(), &integrationv1.SendRepliesRequest{Replies: replies})
	if err != nil {
		t.Fatal(err)
	}
	return out.GetReplies()
}

// shown is what the person sees in the 1:1 room with the bot.
func (w *world) shown(t *testing.T, user, bot string) []simulator.Message {
	t.Helper()
	room, err := w.sim.Direct(user, bot)
	if err != nil {
		t.Fatal(err)
	}
	return w.sim.Messages(room.ID)
}

func TestRepliesArriveInBothVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	person := w.user(t, "Taro@Example")
	v2, keysV2 := w.activeV2(ctx, t)
	v1 := w.connection(ctx, t)
	keysV1, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, v1, inV1(keysV1))

	withButtons := reply(tenant, v2, key(t), integrationv1.Credentials_V2, person.ID, "打刻してください")
	withButtons.Buttons = []*integrationv1.Button{{Postback: "dakoku:CLOCK_IN", Labels: []*integrationv1.LocalizedText{
		{Language: "ja_JP", Text: "出勤"}, {Language: "en_US", Text: "Clock in"}}}}
	w.send(t, reply(tenant, v2, key(t), integrationv1.Credentials_V2, person.ID, "出勤 09:00 を記録しました。"), withButtons,
		reply(tenant, v1, key(t), integrationv1.Credentials_V1, person.Email, "退勤 18:00 を記録しました。"))

	eventually(t, "two messages by API 2.0", func() bool { return len(w.shown(t, person.ID, keysV2.BotID)) == 2 })
	eventually(t, "one message by API 1.0", func() bool { return len(w.shown(t, person.ID, keysV1.BotNo)) == 1 })
	for _, m := range w.shown(t, person.ID, keysV2.BotID) {
		if m.TextIn("en_US") != "en "+m.Text {
			t.Errorf("no English text: %q", m.TextIn("en_US"))
		}
		if m.Kind == "button_template" && (len(m.Buttons) != 1 || m.Buttons[0].Postback != "dakoku:CLOCK_IN" || m.Buttons[0].Labels["en_US"] != "Clock in") {
			t.Errorf("buttons: %+v", m.Buttons)
		}
	}
	if got := w.shown(t, person.ID, keysV1.BotNo)[0].Text; got != "退勤 18:00 を記録しました。" {
		t.Errorf("API 1.0: %q", got)
	}
}

func TestSameKeyIsSentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	person := w.user(t, "taro@example")
	conn, keys := w.activeV2(as(t, tenant), t)
	event := key(t)
	ids := make([]string, 20)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			out, err := w.machine.SendReplies(context.WithoutCancel(t.Context()), &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{
				reply(tenant, conn, event, integrationv1.Credentials_V2, person.ID, "出勤を記録しました。"),
				reply(tenant, conn, event, integrationv1.Credentials_V2, person.ID, "出勤を記録しました。"),
			}})
			if err != nil || !out.GetReplies()[1].GetRepeatedKey() || out.GetReplies()[0].GetReply() != out.GetReplies()[1].GetReply() {
				t.Errorf("answer %v, %v", out, err)
				return
			}
			ids[i] = out.GetReplies()[0].GetReply()
		})
	}
	all.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("the key has several messages: %v", ids)
		}
	}
	last := sha256.Sum256([]byte("last"))
	w.send(t, reply(tenant, conn, last[:], integrationv1.Credentials_V2, person.ID, "最後"))
	eventually(t, "the last message", func() bool {
		shown := w.shown(t, person.ID, keys.BotID)
		return len(shown) > 0 && shown[len(shown)-1].Text == "最後"
	})
	if got := len(w.shown(t, person.ID, keys.BotID)); got != 2 {
		t.Fatalf("%d messages, want 2", got)
	}
	if again := w.send(t, reply(tenant, conn, event, integrationv1.Credentials_V2, person.ID, "x"))[0]; !again.GetRepeatedKey() || again.GetReply() != ids[0] {
		t.Fatalf("a sent key was accepted again: %v", again)
	}
}

func TestRevokedAccessTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	person := w.user(t, "taro@example")
	conn, keys := w.activeV2(as(t, tenant), t)
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "1"))
	eventually(t, "first message", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 1 })
	w.sim.RevokeTokens()
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "2"))
	eventually(t, "second message", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 2 })
	if n := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassToken})); n != 2 {
		t.Fatalf("%d token calls, want 2", n)
	}
	if n := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassMessages})); n != 3 {
		t.Fatalf("%d message calls, want 3: sent, refused, sent", n)
	}
}

func TestRefusedForEverBreaksTheConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	person := w.user(t, "taro@example")
	conn, keys := w.activeV2(ctx, t)
	w.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 401})
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "1"))
	state := func() *integrationv1.Connection {
		got, err := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
		if err != nil {
			t.Fatal(err)
		}
		return got.GetConnection()
	}
	eventually(t, "BROKEN", func() bool { return state().GetState() == integrationv1.Connection_BROKEN })
	if state().GetStateReason() == "" {
		t.Error("broken without a reason")
	}
	if n := len(w.sim.Ledger(simulator.Query{Class: simulator.ClassMessages})); n != 6 {
		t.Errorf("%d message calls, want 6: three times with a new token, too", n)
	}
	w.sim.Heal()
	if _, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: inV2(keys)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the held message", func() bool { return len(w.shown(t, person.ID, keys.BotID)) == 1 })
	if got := state(); got.GetState() != integrationv1.Connection_ACTIVE || got.GetStateReason() != "" {
		t.Errorf("after new keys: %v", got)
	}
}

func TestTroubleIsRepeatedUntilItPasses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault simulator.Fault
		shown int // of one message
	}{
		"429 with reset":          {simulator.Fault{Class: simulator.ClassMessages, Status: 429, Times: 2, Reset: 1}, 1},
		"429 without":             {simulator.Fault{Class: simulator.ClassMessages, Status: 429, Times: 2, Bare: true}, 1},
		"503":                     {simulator.Fault{Class: simulator.ClassMessages, Status: 503, Times: 2}, 1},
		"token endpoint away":     {simulator.Fault{Class: simulator.ClassToken, Status: 500, Times: 2}, 1},
		"accepted without answer": {simulator.Fault{Class: simulator.ClassMessages, Drop: true, Times: 1}, 2},
		"silent to a question":    {simulator.Fault{Class: simulator.ClassMessages, Drop: true, Times: 2}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tenant := uuid.NewString()
			person := w.user(t, "taro@example")
			conn, keys := w.activeV2(as(t, tenant), t)
			w.sim.Fail(c.fault)
			w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, "1"))
			owner := w.db.Owner(t)
			eventually(t, "the end of the message", func() bool {
				var left int
				err := owner.QueryRow(t.Context(), `select count(*) from integration.outbound_message where state = 'QUEUED'`).Scan(&left)
				return err == nil && left == 0
			})
			if got := len(w.shown(t, person.ID, keys.BotID)); got != c.shown {
				t.Errorf("the person sees %d messages, want %d", got, c.shown)
			}
		})
	}
}
