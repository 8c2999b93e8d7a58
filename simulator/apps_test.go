package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

// refusedToken asks for a token with the credentials that the bench knows and
// returns the error code.
func (b *bench) refusedToken(scope string) string {
	code, _ := b.post("/oauth2/v2.0/token", formType, b.form(scope).Encode()).body["error"].(string)
	return code
}

func TestWhatIsRevokedOrReissuedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench) error
		scope  string
		want   string
	}{
		"client":        {func(b *bench) error { return b.sim.RevokeClient(b.demo.Bot.BotID) }, "bot", "invalid_client"},
		"client secret": {func(b *bench) error { return b.sim.ReissueClientSecret(b.demo.Bot.BotID) }, "bot", "invalid_client"},
		"key":           {func(b *bench) error { return b.sim.ReissueKey(b.demo.Bot.BotID) }, "bot", "invalid_grant"},
		"scopes":        {func(b *bench) error { return b.sim.SetScopes(b.demo.Bot.BotID, "bot.message") }, "bot", "invalid_scope"},
		"scope kept":    {func(b *bench) error { return b.sim.SetScopes(b.demo.Bot.BotID, "bot.message") }, "bot.message", ""},
	} {
		b := newBench(t, nil)
		token := b.tokenFor("bot")
		if err := c.change(b); err != nil {
			t.Fatal(err)
		}
		if got := b.refusedToken(c.scope); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		want := 200
		if name == "client" {
			want = 401
		}
		if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != want {
			t.Errorf("%s: a token from before: %d, want %d", name, got.status, want)
		}
	}
}

func TestReissuedThingsWork(t *testing.T) {
	b := newBench(t, nil)
	if err := b.sim.ReissueKey(b.demo.Bot.BotID); err != nil {
		t.Fatal(err)
	}
	if err := b.sim.ReissueClientSecret(b.demo.Bot.BotID); err != nil {
		t.Fatal(err)
	}
	now, err := b.sim.Credentials(b.demo.Bot.BotID)
	if err != nil {
		t.Fatal(err)
	}
	b.demo.Bot = now.(simulator.CredentialsV2)
	b.tokenFor("bot")
}

func TestAnUpgradedBotKeepsNumberRoomsAndMenuButNotItsCallbacks(t *testing.T) {
	for _, keep := range []bool{true, false} {
		b := newBench(t, nil)
		old, err := b.sim.NewBotV1(simulator.BotSpec{Domain: b.demo.Domain})
		if err != nil {
			t.Fatal(err)
		}
		room, err := b.sim.NewRoom(b.demo.Domain, "開発部", []string{b.demo.People[0].ID}, []string{old.BotNo})
		if err != nil {
			t.Fatal(err)
		}
		in := b.listen(old.BotNo, http.StatusOK)
		b.say(simulator.Post{Bot: old.BotNo, Room: room.ID, Text: "出勤"})
		full := b.serverHeader(old)
		prepared, err := b.sim.PrepareUpgrade(old.BotNo)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := b.sim.UpgradeBot(old.BotNo, keep)
		if err != nil || fresh.BotID != old.BotNo || fresh != prepared {
			t.Fatalf("%+v, %v", fresh, err)
		}
		b.say(simulator.Post{Bot: fresh.BotID, Room: room.ID, Text: "退勤"})
		got := in.all()
		if got[0].header.Get("X-WORKS-BotNo") != old.BotNo || got[0].header.Get("X-WORKS-Signature") != signed(old.APIID, got[0].body) {
			t.Fatalf("before: %v", got[0].header)
		}
		after := got[1]
		if after.header.Get("X-WORKS-BotId") != old.BotNo || after.header.Get("X-WORKS-BotNo") != "" ||
			after.header.Get("X-WORKS-Signature") != signed(fresh.BotSecret, after.body) || !strings.Contains(string(after.body), `"channelId":"`+room.ID+`"`) {
			t.Fatalf("after: %v %s", after.header, after.body)
		}
		want := map[bool]int{true: 200, false: 404}[keep]
		body := `{"roomId":"` + room.ID + `","content":{"type":"text","text":"記録"}}`
		if got := b.do("POST", "/r/"+old.APIID+"/message/v1/bot/"+old.BotNo+"/message/push", full, body); got.status != want {
			t.Fatalf("API 1.0 after the upgrade (kept: %t): %d %s", keep, got.status, got.raw)
		}
		b.demo.Bot = fresh
		if got := b.call(b.tokenFor("bot"), "POST", "/v1.0/bots/"+fresh.BotID+"/channels/"+room.ID+"/messages", `{"content":{"type":"text","text":"a"}}`); got.status != 201 || got.raw != "" {
			t.Fatalf("API 2.0: %d %s", got.status, got.raw)
		}
	}
}

// serverHeader is what an API 1.0 call carries.
func (b *bench) serverHeader(c simulator.CredentialsV1) http.Header {
	b.t.Helper()
	now := b.clock.Now().Unix()
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"assertion": {jwt(b.t, c.AuthKey, fmt.Sprintf(`{"iss":%q,"iat":%d,"exp":%d}`, c.ServerID, now, now+300))}}
	got := b.post("/b/"+c.APIID+"/server/token", formType, form.Encode())
	if got.status != http.StatusOK {
		b.t.Fatalf("server token: %d %s", got.status, got.raw)
	}
	return http.Header{"Authorization": {"Bearer " + got.body["access_token"].(string)}, "Consumerkey": {c.ConsumerKey}, "Content-Type": {"application/json; charset=UTF-8"}}
}

func TestAPI10FaultsSpeakTheGatewaysLanguage(t *testing.T) {
	b := newBench(t, nil)
	c, err := b.sim.NewBotV1(simulator.BotSpec{Domain: b.demo.Domain})
	if err != nil {
		t.Fatal(err)
	}
	header := b.serverHeader(c)
	push := "/r/" + c.APIID + "/message/v1/bot/" + c.BotNo + "/message/push"
	body := `{"accountId":"hanako@demo.example","content":{"type":"text","text":"a"}}`
	for status, code := range map[int]string{401: "024", 403: "041", 404: "001"} {
		b.play(simulator.Script{Name: "s", User: b.demo.People[0].ID, Steps: []simulator.Step{{Fault: simulator.Fault{Status: status}}}})
		if got := b.do("POST", push, header, body); got.status != status || got.body["errorCode"] != code {
			t.Errorf("%d: %d %s", status, got.status, got.raw)
		}
	}
	b.play(simulator.Script{Name: "s", User: b.demo.People[1].ID, Steps: []simulator.Step{{Fault: simulator.Fault{Status: 503}}}})
	if got := b.do("POST", push, header, body); got.status != 200 || got.raw != "" {
		t.Errorf("a fault of another person: %d %s", got.status, got.raw)
	}
	b.sim.Heal()
	b.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 500, Times: 1})
	if got := b.do("POST", push, header, body); got.status != 500 || got.body["code"] != "INTERNAL_SERVER_ERROR" || got.body["message"] == nil {
		t.Errorf("a fault of the bot API: %d %s", got.status, got.raw)
	}
}
