package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

func TestFaultsHitTheirClassAsOftenAsAsked(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot user.email.read")
	user := "/v1.0/users/" + b.demo.People[0].ID
	b.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 503, Times: 2})
	for i, want := range []int{503, 503, 200} {
		if got := b.call(token, "GET", user, ""); got.status != want {
			t.Fatalf("call %d: %d, want %d", i, got.status, want)
		}
	}
	b.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 500})
	for range 3 {
		if got := b.call(token, "GET", user, ""); got.status != 500 || got.body["code"] != "INTERNAL_SERVER_ERROR" {
			t.Fatalf("%d %s", got.status, got.raw)
		}
	}
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 200 {
		t.Fatalf("another class: %d", got.status)
	}
	b.sim.Heal(simulator.ClassUsers)
	if got := b.call(token, "GET", user, ""); got.status != 200 || len(b.sim.Faults()) != 0 {
		t.Fatalf("healed: %d, faults %+v", got.status, b.sim.Faults())
	}
}

func TestA429ComesWithAndWithoutHeaders(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("user.email.read")
	user := "/v1.0/users/" + b.demo.People[0].ID
	b.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 429, Times: 1, Reset: 7})
	b.sim.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: 429, Times: 1, Bare: true})
	if got := b.call(token, "GET", user, ""); got.status != 429 || got.header.Get("ratelimit-reset") != "7" {
		t.Fatalf("%d %v", got.status, got.header)
	}
	if got := b.call(token, "GET", user, ""); got.status != 429 || got.header.Get("ratelimit-reset") != "" {
		t.Fatalf("%d %v", got.status, got.header)
	}
}

func TestADroppedMessageWasTaken(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	token := b.tokenFor("bot.message")
	b.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Drop: true, Times: 1, DelayMillis: 1})
	got := b.call(token, "POST", "/v1.0/bots/"+bot+"/users/"+user+"/messages", `{"content":{"type":"text","text":"a"}}`)
	if got.err == nil {
		t.Fatalf("an answer came: %d", got.status)
	}
	room, err := b.sim.Direct(user, bot)
	if err != nil || len(b.sim.Messages(room.ID)) != 1 {
		t.Fatalf("messages %+v, %v", b.sim.Messages(room.ID), err)
	}
}

func TestTokenFaultsSpeakOAuth(t *testing.T) {
	b := newBench(t, nil)
	b.sim.Fail(simulator.Fault{Class: simulator.ClassToken, Status: 500, Times: 1})
	if got := b.post("/oauth2/v2.0/token", formType, b.form("bot").Encode()); got.status != 500 || got.body["error"] == nil {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	b.tokenFor("bot")
}

func TestTheLedgerKeepsCallsAndDeliveriesButNoTokens(t *testing.T) {
	b := newBench(t, nil)
	b.listen(b.demo.Bot.BotID, http.StatusOK)
	token := b.tokenFor("bot.message")
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	b.say(simulator.Post{Text: "出勤", Options: simulator.Options{Copies: 3}})
	b.call(token, "POST", "/v1.0/bots/"+bot+"/users/"+user+"/messages", `{"content":{"type":"text","text":"a"}}`)
	deliveries := b.sim.Ledger(simulator.Query{Kind: simulator.Delivered, Bot: bot})
	if len(deliveries) != 1 || deliveries[0].Status != 200 || deliveries[0].Copies != 3 || !strings.Contains(deliveries[0].Body, "出勤") {
		t.Fatalf("deliveries %+v", deliveries)
	}
	messages := b.sim.Ledger(simulator.Query{Class: simulator.ClassMessages})
	if len(messages) != 1 || messages[0].Status != 201 || !strings.Contains(messages[0].Body, `"text":"a"`) {
		t.Fatalf("messages %+v", messages)
	}
	tokens := b.sim.Ledger(simulator.Query{Class: simulator.ClassToken})
	if len(tokens) != 1 || tokens[0].Body != "" {
		t.Fatalf("token calls %+v", tokens)
	}
	if after := b.sim.Ledger(simulator.Query{After: messages[0].ID}); len(after) != 0 {
		t.Fatalf("entries after the last: %+v", after)
	}
}
