package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

// sayOutside posts by HTTP as people of the demo company would.
func (b *bench) sayOutside(user, text string) reply {
	b.t.Helper()
	got := b.post("/sim/say", "application/json", fmt.Sprintf(`{"user":%q,"bot":%q,"text":%q}`, user, b.demo.Bot.BotID, text))
	if got.status != http.StatusOK {
		b.t.Fatalf("say: %d %s", got.status, got.raw)
	}
	return got
}

// A script bends what bots are sent, step after step, played from outside.
func TestAScriptLosesDoublesAndBendsCallbacks(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	script := `{"name":"s","class":"callbacks","user":"` + b.demo.People[0].Email + `","steps":[
		{"times":1,"callback":{"lose":true}},
		{"times":1,"callback":{"copies":3}},
		{"times":1,"callback":{"shape":{"escapeSlashes":true,"spaces":true}}},
		{"times":1,"callback":{"shape":{"noMillis":true,"stringDomain":true,"unknownContent":true}}},
		{"times":1,"callback":{"shape":{"unknownType":true}}}]}`
	if got := b.post("/sim/scripts", "application/json", script); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	b.sayOutside(b.demo.People[1].ID, "a bystander")
	for i, want := range []struct {
		requests int
		contains string
	}{
		{0, ""}, {3, `"text":"a/b"`}, {1, `"text" : "a\/b" } }` + "\n"}, {1, `"type":"hologram"`}, {1, `{"type":"reaction"`}, {1, `"text":"a/b"`},
	} {
		before := len(in.all())
		answered := b.sayOutside(b.demo.People[0].ID, "a/b")
		got := in.all()[before:]
		if len(got) != want.requests {
			t.Fatalf("%d: %d requests: %s", i, len(got), answered.raw)
		}
		for _, one := range got {
			if string(one.body) != string(got[0].body) || !strings.Contains(string(one.body), want.contains) ||
				one.header.Get("X-WORKS-Signature") != signed(b.demo.Bot.BotSecret, one.body) {
				t.Errorf("%d: %s lacks %s", i, one.body, want.contains)
			}
		}
	}
	if all := in.all(); !strings.Contains(string(all[0].body), "bystander") || strings.Count(string(all[5].body), fmt.Sprintf(`"domainId":"%d"`, b.demo.Domain)) != 1 {
		t.Errorf("%s\n%s", all[0].body, all[5].body)
	}
}

func TestAnEventThatAScriptDelaysIsOvertaken(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	b.play(simulator.Script{Class: simulator.ClassCallbacks, Bot: b.demo.Bot.BotID, Steps: []simulator.Step{
		{Fault: simulator.Fault{Times: 1}, Callback: simulator.Callback{DelayMillis: 600_000}}, {Callback: simulator.Callback{}}}})
	ctx, cancel := context.WithCancel(t.Context())
	late := make(chan simulator.Delivery)
	prepared, err := b.sim.Prepare(simulator.Post{User: b.demo.People[0].ID, Bot: b.demo.Bot.BotID, Text: "first"})
	if err != nil {
		t.Fatal(err)
	}
	go func() { late <- b.sim.Send(ctx, prepared) }()
	if second := b.say(simulator.Post{Text: "second"}); !second.OK() || !second.Issued.After(prepared.Delivery.Issued) {
		t.Fatalf("second: %+v after %s", second, prepared.Delivery.Issued)
	}
	if got := in.all(); len(got) != 1 || !strings.Contains(string(got[0].body), "second") {
		t.Fatalf("%d arrived", len(got))
	}
	cancel()
	if first := <-late; first.OK() {
		t.Fatal("the delayed event did not wait")
	}
}

func TestACallbackScriptThatMakesNoSenseIsRefused(t *testing.T) {
	b := newBench(t, nil)
	lose := simulator.Callback{Lose: true}
	for name, script := range map[string]simulator.Script{
		"of another class": {Class: simulator.ClassBots, Steps: []simulator.Step{{Callback: lose}}},
		"of every class":   {Steps: []simulator.Step{{Callback: lose}}},
		"a status":         {Class: simulator.ClassCallbacks, Steps: []simulator.Step{{Fault: simulator.Fault{Status: 503}}}},
		"a path":           {Class: simulator.ClassCallbacks, Path: "/v1.0", Steps: []simulator.Step{{Callback: lose}}},
		"negative":         {Class: simulator.ClassCallbacks, Steps: []simulator.Step{{Callback: simulator.Callback{Copies: -1}}}},
		"lost and doubled": {Class: simulator.ClassCallbacks, Steps: []simulator.Step{{Callback: simulator.Callback{Lose: true, Copies: 2}}}},
	} {
		if b.sim.Play(script) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if got := b.post("/sim/faults", "application/json", `{"class":"callbacks","cut":true}`); got.status != http.StatusBadRequest {
		t.Errorf("a fault without a script: %d %s", got.status, got.raw)
	}
}
