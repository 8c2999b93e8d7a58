package simulator_test

import "testing"

// A bot that was removed is a 404 for every call about it; the app's tokens go on.
func TestARemovedBotIsNotFound(t *testing.T) {
	b := newBench(t, nil)
	id := b.demo.Bot.BotID
	if err := b.sim.RemoveBot(id); err != nil {
		t.Fatal(err)
	}
	token := b.tokenFor("bot")
	for path, method := range map[string]string{"": "GET", "/users/" + b.demo.People[0].ID + "/messages": "POST"} {
		if got := b.call(token, method, "/v1.0/bots/"+id+path, `{"content":{"type":"text","text":"a"}}`); got.status != 404 || got.body["code"] != "NOT_FOUND" {
			t.Errorf("%s: %d %s", path, got.status, got.raw)
		}
	}
	if err := b.sim.RemoveBot("none"); err == nil {
		t.Error("a bot that is not there was removed")
	}
}
