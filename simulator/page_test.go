package simulator_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

func TestThePageRunsNothingForeign(t *testing.T) {
	b := newBench(t, nil)
	for _, path := range []string{"/", "/assets/main.js", "/assets/theme.css", "/assets/icon.svg"} {
		got := b.do("GET", path, nil, "")
		policy := got.header.Get("Content-Security-Policy")
		if got.status != 200 || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: %d, policy %q", path, got.status, policy)
		}
	}
	page := b.do("GET", "/", nil, "").raw
	for _, bad := range []string{"<style", "style=", "onclick=", "https://"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
	if strings.Count(page, "<script") != 1 || !strings.Contains(page, `<script type="module" src="/assets/main.js"></script>`) {
		t.Error("scripts of the page")
	}
}

func TestThePageSaysPressesAndSeesTheRoom(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	said := b.post("/sim/say", "application/json", `{"user":"`+user+`","bot":"`+bot+`","text":"出勤","sentAt":"2026-11-22T10:00:00Z","options":{"copies":2}}`)
	if event, _ := said.body["event"].(string); said.status != 200 || !strings.Contains(event, `"issuedTime":"2026-11-22T10:00:00.000Z"`) {
		t.Fatalf("say: %d %s", said.status, said.raw)
	}
	pressed := b.post("/sim/press", "application/json", `{"user":"`+user+`","bot":"`+bot+`","label":"退勤"}`)
	if pressed.status != 200 || len(in.all()) != 3 {
		t.Fatalf("press: %d %s, %d callbacks", pressed.status, pressed.raw, len(in.all()))
	}
	rooms := b.do("GET", "/sim/rooms?user="+user, nil, "").raw
	if !strings.Contains(rooms, `"title":"営業部"`) || !strings.Contains(rooms, `"text":"退勤"`) {
		t.Fatalf("rooms: %s", rooms)
	}
	messages := b.do("GET", "/sim/rooms/"+said.body["room"].(string)+"/messages", nil, "").raw
	if strings.Count(messages, `"outcome":"200"`) != 2 {
		t.Fatalf("messages: %s", messages)
	}
	for path, body := range map[string]string{"/sim/say": `{"user":"x"}`, "/sim/press": `{"bot":"x"}`, "/sim/faults": `{"class":"weather"}`, "/sim/settings": `{"x":1}`} {
		if got := b.post(path, "application/json", body); got.status != 400 || got.body["error"] == nil {
			t.Errorf("%s %s: %d %s", path, body, got.status, got.raw)
		}
	}
}

func TestThePageControlsFaultsSettingsAndCallback(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot")
	b.post("/sim/faults", "application/json", `{"class":"bots","status":503}`)
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 503 {
		t.Fatalf("fault: %d", got.status)
	}
	b.do("DELETE", "/sim/faults?class=bots", nil, "")
	b.post("/sim/settings", "application/json", `{"ratePerMinute":1,"numericExpiresIn":true}`)
	if first, second := b.call(token, "GET", "/v1.0/bots", ""), b.call(token, "GET", "/v1.0/bots", ""); first.status != 200 || second.status != 429 {
		t.Fatalf("rate: %d, %d", first.status, second.status)
	}
	b.post("/sim/revoke", "application/json", `{}`)
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 401 {
		t.Fatalf("revoked: %d", got.status)
	}
	callback := "/sim/bots/" + b.demo.Bot.BotID + "/callback"
	if got := b.post(callback, "application/json", `{"url":"nowhere"}`); got.status != 400 {
		t.Fatalf("bad address: %d", got.status)
	}
	b.post(callback, "application/json", `{"url":"http://127.0.0.1:1/x"}`)
	if bot := b.sim.Bots()[0]; bot.CallbackURL != "http://127.0.0.1:1/x" || !bot.Enabled {
		t.Fatalf("bot %+v", bot)
	}
	if got := b.do("GET", "/sim/bots/"+b.demo.Bot.BotID+"/credentials", nil, ""); got.body["privateKey"] != b.demo.Bot.PrivateKey || got.body["apiVersion"] != "V2" {
		t.Fatalf("credentials: %s", got.raw)
	}
	if got := b.do("GET", "/sim/ledger?class=bots&last=1", nil, "").raw; !strings.Contains(got, `"status":401`) || strings.Count(got, `"id"`) != 1 {
		t.Fatalf("ledger: %s", got)
	}
}

func TestControlsRefuseOtherSites(t *testing.T) {
	b := newBench(t, nil)
	header := http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}
	if got := b.do("POST", "/sim/revoke", header, "{}"); got.status != http.StatusForbidden {
		t.Fatalf("%d", got.status)
	}
}

func TestLiveStreamTellsOfMessagesAndEndsWithTheServer(t *testing.T) {
	sim := simulator.New(simulator.Config{})
	demo, err := simulator.Demo(sim)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- sim.Run(ctx, listener) }()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/sim/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	if _, err := sim.Say(t.Context(), simulator.Post{User: demo.People[0].ID, Bot: demo.Bot.BotID, Text: "出勤"}); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() && !strings.Contains(lines.Text(), `"outcome":"the bot has no callback URL"`) {
	}
	if !strings.Contains(lines.Text(), `"kind":"message"`) {
		t.Fatalf("last line %q", lines.Text())
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the server does not end")
	}
}
