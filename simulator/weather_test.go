package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

func TestTheDateHeaderAndAssertionsFollowThePlatformsClock(t *testing.T) {
	b := newBench(t, nil)
	date := func() string { return b.call("", "GET", "/v1.0/bots", "").header.Get("Date") }
	if got := date(); got != "Mon, 23 Nov 2026 00:00:00 GMT" {
		t.Fatalf("Date %q", got)
	}
	b.sim.SetClockError(-10 * time.Minute)
	if got := date(); got != "Sun, 22 Nov 2026 23:50:00 GMT" {
		t.Fatalf("Date %q", got)
	}
	if got := b.refusedToken("bot"); got != "invalid_grant" {
		t.Fatalf("an assertion from the future: %q", got)
	}
	b.sim.SetClockError(2 * time.Hour)
	if got := b.refusedToken("bot"); got != "invalid_grant" {
		t.Fatalf("an assertion that has expired: %q", got)
	}
	b.sim.SetClockError(0)
	b.tokenFor("bot")
}

func TestTheFreePlanHasSixtyCallsAMinute(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot")
	if err := b.sim.SetPlan(b.demo.Domain, 60); err != nil {
		t.Fatal(err)
	}
	for i, status := range b.statuses(token, "/v1.0/bots", 61) {
		if want := map[bool]int{true: 200, false: 429}[i < 60]; status != want {
			t.Fatalf("call %d: %d", i+1, status)
		}
	}
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.header.Get("ratelimit-limit") != "60" || got.header.Get("ratelimit-reset") != "60" {
		t.Fatalf("headers %v", got.header)
	}
	b.clock.Add(time.Minute)
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 200 {
		t.Fatalf("the next minute: %d", got.status)
	}
}

// Who uses more than half of the limit for half an hour gets half of it.
func TestSustainedUseGetsHalfOfTheLimit(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) { c.TireOut, c.RatePerMinute = true, 4 })
	token := b.tokenFor("bot")
	served := func() (n int) {
		for _, status := range b.statuses(token, "/v1.0/bots", 4) {
			if status == 200 {
				n++
			}
		}
		b.clock.Add(time.Minute)
		return n
	}
	var perMinute []int
	for range 30 {
		perMinute = append(perMinute, served())
	}
	if perMinute[14] != 4 || perMinute[15] == 4 || perMinute[16] != 2 || perMinute[29] != 2 {
		t.Errorf("served %v", perMinute)
	}
	b.clock.Add(30 * time.Minute)
	if n := served(); n != 4 {
		t.Errorf("%d after a rest", n)
	}
}

// API 1.0 has a quota by day, which begins at midnight in Japan.
func TestAPI10HasAQuotaOfTheDay(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) { c.PushesPerDay = 2 })
	c, err := b.sim.NewBotV1(simulator.BotSpec{Domain: b.demo.Domain})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"assertion": {jwt(t, c.AuthKey, `{"iss":"`+c.ServerID+`","iat":1795392000,"exp":1795392300}`)}}
	token := b.post("/b/"+c.APIID+"/server/token", formType, form.Encode()).body["access_token"].(string)
	header := http.Header{"Authorization": {"Bearer " + token}, "Consumerkey": {c.ConsumerKey}, "Content-Type": {"application/json"}}
	for i, want := range []int{200, 200, 429} {
		got := b.do("POST", "/r/"+c.APIID+"/message/v1/bot/"+c.BotNo+"/message/push", header, `{"accountId":"hanako@demo.example","content":{"type":"text","text":"x"}}`)
		if got.status != want {
			t.Errorf("push %d: %d %s", i+1, got.status, got.raw)
		}
	}
}

func TestTooManyCallsAtOnceAre429WithoutHeaders(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot")
	b.sim.SetConcurrency(1)
	b.sim.Fail(simulator.Fault{Class: simulator.ClassBots, DelayMillis: 600_000, Times: 1})
	slow, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		request, _ := http.NewRequestWithContext(slow, http.MethodGet, b.url+"/v1.0/bots", nil)
		request.Header.Set("Authorization", "Bearer "+token)
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
		}
	}()
	for len(b.sim.Faults()) > 0 { // until the slow call is under way
		if t.Context().Err() != nil {
			t.Fatal("the slow call never came")
		}
	}
	waitFor(t, func() bool {
		got := b.call(token, "GET", "/v1.0/bots", "")
		return got.status == 429 && got.body["code"] == "TOO_MANY_REQUESTS" && got.header.Get("ratelimit-reset") == ""
	})
	cancel()
	<-done
	waitFor(t, func() bool { return b.call(token, "GET", "/v1.0/bots", "").status == 200 })
}

// waitFor asks until the answer is yes or the test runs out of time.
func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatal("the condition never came true")
		}
	}
}

func TestASuspendedPersonIsFoundOnlyWithTheFullScopes(t *testing.T) {
	b := newBench(t, nil)
	user := b.demo.People[0]
	if err := b.sim.SuspendUser(user.ID, true); err != nil {
		t.Fatal(err)
	}
	email, full := b.tokenFor("user.email.read bot.message"), b.tokenFor("user.read")
	if got := b.call(email, "GET", "/v1.0/users/"+user.ID, ""); got.status != 404 {
		t.Fatalf("user.email.read: %d", got.status)
	}
	if got := b.call(email, "GET", "/v1.0/users", ""); strings.Contains(got.raw, user.ID) {
		t.Fatalf("the list: %s", got.raw)
	}
	if got := b.call(full, "GET", "/v1.0/users/"+user.ID, ""); got.body["isSuspended"] != true {
		t.Fatalf("user.read: %s", got.raw)
	}
	send := "/v1.0/bots/" + b.demo.Bot.BotID + "/users/" + user.ID + "/messages"
	if got := b.call(email, "POST", send, `{"content":{"type":"text","text":"a"}}`); got.status != 404 || got.body["code"] != "USER_NOT_EXIST" {
		t.Fatalf("a message to a suspended person: %d", got.status)
	}
	if _, err := b.sim.Say(t.Context(), simulator.Post{User: user.ID, Bot: b.demo.Bot.BotID, Text: "出勤"}); err == nil {
		t.Fatal("a suspended person speaks")
	}
	if err := b.sim.SuspendUser(user.ID, false); err != nil {
		t.Fatal(err)
	}
	if got := b.call(email, "GET", "/v1.0/users/"+user.ID, ""); got.status != 200 {
		t.Fatalf("back again: %d", got.status)
	}
}

func TestALoginIDMayGoToSomebodyElse(t *testing.T) {
	b := newBench(t, nil)
	old := b.demo.People[0]
	if err := b.sim.ChangeEmail(old.ID, "sato@demo.example"); err != nil {
		t.Fatal(err)
	}
	heir, err := b.sim.NewUser(simulator.User{Domain: b.demo.Domain, Email: old.Email})
	if err != nil {
		t.Fatal(err)
	}
	token := b.tokenFor("user.email.read")
	if got := b.call(token, "GET", "/v1.0/users/"+old.Email, ""); got.body["userId"] != heir.ID {
		t.Fatalf("by e-mail: %s", got.raw)
	}
	if got := b.call(token, "GET", "/v1.0/users/"+old.ID, ""); got.body["email"] != "sato@demo.example" {
		t.Fatalf("by id: %s", got.raw)
	}
}

func TestAHiddenBotCannotBeOpened(t *testing.T) {
	b := newBench(t, nil)
	b.listen(b.demo.Bot.BotID, http.StatusOK)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	if err := b.sim.SetVisible(bot, b.demo.Domain, false); err != nil {
		t.Fatal(err)
	}
	if _, err := b.sim.Say(t.Context(), simulator.Post{User: user, Bot: bot, Text: "出勤"}); err == nil {
		t.Fatal("a person writes to a bot that is not public")
	}
	if d := b.say(simulator.Post{Room: b.demo.Room.ID, Text: "出勤"}); !d.OK() {
		t.Fatalf("the group room: %+v", d)
	}
	if got := b.call(b.tokenFor("bot.read"), "GET", "/v1.0/bots/"+bot+"/domains", ""); !strings.Contains(got.raw, `"visible":false`) {
		t.Fatalf("domains: %s", got.raw)
	}
}

func TestABotThatMayNotBeInvitedLeavesItsRooms(t *testing.T) {
	b := newBench(t, nil)
	if err := b.sim.Configure(b.demo.Bot.BotID, map[string]any{"enableGroupJoin": false}); err != nil {
		t.Fatal(err)
	}
	if rooms := b.sim.Rooms(); len(rooms[len(rooms)-1].Bots) != 0 {
		t.Fatalf("rooms %+v", rooms)
	}
	if _, err := b.sim.Join(t.Context(), b.demo.Bot.BotID, b.demo.Room.ID); err == nil {
		t.Fatal("invited all the same")
	}
	if err := b.sim.Configure(b.demo.Bot.BotID, map[string]any{"enableEverything": true}); err == nil {
		t.Fatal("a property that does not exist")
	}
}

func TestARichMenuExcludesThePersistentMenu(t *testing.T) {
	b := newBench(t, nil)
	menu := "/v1.0/bots/" + b.demo.Bot.BotID + "/persistentmenu"
	body := `{"content":{"actions":[{"type":"message","label":"出勤","text":"出勤"}]}}`
	token := b.tokenFor("bot")
	if got := b.call(token, "POST", menu, body); got.status != 201 {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	if err := b.sim.AddRichMenu(b.demo.Bot.BotID); err != nil {
		t.Fatal(err)
	}
	if got := b.call(token, "GET", menu, ""); got.status != 404 {
		t.Fatalf("the menu is still there: %d", got.status)
	}
	if got := b.call(token, "POST", menu, body); got.status != 409 {
		t.Fatalf("beside a rich menu: %d", got.status)
	}
}

func TestCharactersBeyondASCIIMayBeEscaped(t *testing.T) {
	b := newBench(t, nil)
	in := b.listen(b.demo.Bot.BotID, http.StatusOK)
	b.say(simulator.Post{Text: "出 🙂", Shape: simulator.Shape{EscapeUnicode: true, Spaces: true}})
	got := in.all()[0]
	if want := `"text" : "\u51fa \ud83d\ude42"`; !strings.Contains(string(got.body), want) || got.header.Get("X-WORKS-Signature") != signed(b.demo.Bot.BotSecret, got.body) {
		t.Fatalf("%s lacks %s", got.body, want)
	}
}

func TestTheWorldChangesFromOutside(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0], "/sim/bots/"+b.demo.Bot.BotID
	old, err := b.sim.NewBotV1(simulator.BotSpec{Domain: b.demo.Domain})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, body, want string }{
		{"/sim/users/" + user.ID, `{"email":"new@demo.example","suspended":true}`, "{}"},
		{"/sim/users/nobody", `{"removed":true}`, "error"},
		{bot, `{"channelEvents":["message"],"enableGroupJoin":false}`, "{}"},
		{bot, `{"colour":1}`, "error"},
		{bot + "/change", `{"verb":"setScopes","scopes":["bot.message"]}`, `"apiVersion":"V2"`},
		{bot + "/change", `{"verb":"paint"}`, "error"},
		{bot + "/change", `{"verb":"addRichMenu"}`, `"botId"`},
		{"/sim/bots/" + old.BotNo + "/change", `{"verb":"upgrade","keepV1":true}`, `"botId":"` + old.BotNo + `"`},
		{fmt.Sprintf("/sim/domains/%d", b.demo.Domain), `{"ratePerMinute":60,"bot":"` + b.demo.Bot.BotID + `","visible":false}`, "{}"},
		{"/sim/settings", `{"clockErrorMillis":60000,"concurrentCalls":4}`, `"clockErrorMillis":60000`},
	} {
		if got := b.post(c.path, "application/json", c.body); !strings.Contains(got.raw, c.want) {
			t.Errorf("%s %s: %d %s", c.path, c.body, got.status, got.raw)
		}
	}
	if people := b.sim.Users(); people[0].Email != "new@demo.example" || !people[0].Suspended {
		t.Errorf("person %+v", people[0])
	}
	if got := b.sim.Settings(); got.ConcurrentCalls != 4 || got.RatePerMinute != 240 {
		t.Errorf("settings %+v", got)
	}
}
