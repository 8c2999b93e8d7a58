package simulator_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

func TestSentMessagesAppearInTheRoom(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0], b.demo.Bot.BotID
	direct, err := b.sim.Direct(user.ID, bot)
	if err != nil {
		t.Fatal(err)
	}
	token := b.tokenFor("bot.message")
	text := `{"content":{"type":"text","text":"記録しました","i18nTexts":[{"language":"en_US","text":"Recorded"}]}}`
	for _, path := range []string{"users/" + user.ID, "users/" + url.PathEscape(user.Email), "channels/" + direct.ID, "channels/" + b.demo.Room.ID} {
		if got := b.call(token, "POST", "/v1.0/bots/"+bot+"/"+path+"/messages", text); got.status != 201 || got.raw != "" {
			t.Fatalf("%s: %d %q", path, got.status, got.raw)
		}
	}
	if got := b.sim.Messages(direct.ID); len(got) != 3 || !got[0].FromBot || got[0].TextIn("en_US") != "Recorded" || got[0].TextIn("ko_KR") != "記録しました" {
		t.Fatalf("direct room: %+v", got)
	}
	if got := b.sim.Messages(b.demo.Room.ID); len(got) != 1 {
		t.Fatalf("group room: %+v", got)
	}
}

func TestMessagesThatAreRefusedAppearNowhere(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0], b.demo.Bot.BotID
	token := b.tokenFor("bot.message")
	direct := "users/" + user.ID
	for name, c := range map[string]struct {
		path, body, code string
		status           int
	}{
		"too long":        {direct, `{"content":{"type":"text","text":"` + strings.Repeat("あ", 2001) + `"}}`, "LIMIT_EXCEEDED", 400},
		"unknown member":  {direct, `{"content":{"type":"text","text":"a"},"accountId":"x"}`, "INVALID_PARAMETER", 400},
		"not JSON":        {direct, `{`, "INVALID_PARAMETER", 400},
		"no content":      {direct, `{}`, "MISSING_PARAMETER", 400},
		"unknown user":    {"users/nobody", `{"content":{"type":"text","text":"a"}}`, "USER_NOT_EXIST", 404},
		"unknown channel": {"channels/none", `{"content":{"type":"text","text":"a"}}`, "CHANNEL_NOT_EXIST", 404},
	} {
		got := b.call(token, "POST", "/v1.0/bots/"+bot+"/"+c.path+"/messages", c.body)
		if got.status != c.status || got.body["code"] != c.code {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	room, err := b.sim.Direct(user.ID, bot)
	if err != nil || len(b.sim.Messages(room.ID)) != 0 {
		t.Fatalf("messages of refused calls: %+v, %v", b.sim.Messages(room.ID), err)
	}
}

func TestTheCallbackIsSetByAPIAndTheSecretReissued(t *testing.T) {
	b := newBench(t, nil)
	bot := b.demo.Bot.BotID
	in := b.listen(bot, http.StatusOK)
	address := b.sim.Bots()[0].CallbackURL
	if err := b.sim.SetCallback(bot, ""); err != nil {
		t.Fatal(err)
	}
	token := b.tokenFor("bot")
	got := b.call(token, "PATCH", "/v1.0/bots/"+bot, fmt.Sprintf(`{"enableCallback":true,"callbackUrl":%q}`, address))
	if got.status != 200 || got.body["callbackUrl"] != address || got.body["botId"] != 6000001.0 {
		t.Fatalf("PATCH: %d %s", got.status, got.raw)
	}
	secret := b.call(token, "POST", "/v1.0/bots/"+bot+"/secret", "").body["secret"].(string)
	b.say(simulator.Post{Text: "出勤"})
	if one := in.all()[0]; one.header.Get("X-WORKS-Signature") != signed(secret, one.body) {
		t.Fatal("the reissued secret does not sign")
	}
	for _, bad := range []string{`{"callbackUrl":"nowhere"}`, `{"channelEvents":["shout"]}`, `{"enableCallback":"yes"}`, `{"colour":"red"}`} {
		if got := b.call(token, "PATCH", "/v1.0/bots/"+bot, bad); got.status != 400 {
			t.Errorf("%s: %d %s", bad, got.status, got.raw)
		}
	}
	if got := b.call(b.tokenFor("bot.read"), "PATCH", "/v1.0/bots/"+bot, `{}`); got.status != 403 {
		t.Errorf("PATCH with bot.read: %d", got.status)
	}
}

func TestBotsDomainsMenusAndChannels(t *testing.T) {
	b := newBench(t, nil)
	bot, token := b.demo.Bot.BotID, b.tokenFor("bot bot.message")
	domain := fmt.Sprint(b.demo.Domain)
	menu := `{"content":{"actions":[{"type":"message","label":"出勤","text":"出勤","postback":"dakoku:CLOCK_IN"}]}}`
	members := fmt.Sprintf(`{"members":[%q],"title":"新しい部屋"}`, b.demo.People[0].Email)
	for _, c := range []struct {
		method, path, body string
		status             int
		part               string
	}{
		{"GET", "/v1.0/bots", "", 200, `"botName":"打刻"`},
		{"POST", "/v1.0/bots", `{"botName":"b"}`, 400, "MISSING_PARAMETER"},
		{"POST", "/v1.0/bots", `{"botName":"b","photoUrl":"https://x/p.png","description":"d","administrators":["u"]}`, 201, `"botId":6000002`},
		{"GET", "/v1.0/bots/6000002/domains", "", 200, `"domains":[]`},
		{"POST", "/v1.0/bots/6000002/domains/" + domain, `{"visible":true}`, 201, `"visible":true`},
		{"POST", "/v1.0/bots/6000002/domains/" + domain, `{"visible":true}`, 409, "ALREADY_EXIST"},
		{"GET", "/v1.0/bots/" + bot + "/persistentmenu", "", 404, "NOT_FOUND"},
		{"POST", "/v1.0/bots/" + bot + "/persistentmenu", menu, 201, "dakoku:CLOCK_IN"},
		{"GET", "/v1.0/bots/" + bot + "/persistentmenu", "", 200, "dakoku:CLOCK_IN"},
		{"DELETE", "/v1.0/bots/" + bot + "/persistentmenu", "", 204, ""},
		{"GET", "/v1.0/bots/" + bot + "/channels/" + b.demo.Room.ID, "", 200, `"channelType":{"type":"MULTI_USERS"}`},
		{"GET", "/v1.0/bots/" + bot + "/channels/" + b.demo.Room.ID + "/members?count=2", "", 200, `"nextCursor":"+/2="`},
		{"POST", "/v1.0/bots/" + bot + "/channels", members, 201, `"title":"新しい部屋"`},
		{"POST", "/v1.0/bots/" + bot + "/channels", `{"members":[],"title":"x"}`, 400, "OUT_OF_RANGE"},
	} {
		got := b.call(token, c.method, c.path, c.body)
		if got.status != c.status || !strings.Contains(got.raw, c.part) {
			t.Errorf("%s %s: %d %s", c.method, c.path, got.status, got.raw)
		}
	}
}

func TestCallsOverTheRateAre429UntilTheWindowEnds(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) { c.RatePerMinute = 2 })
	token := b.tokenFor("user.email.read bot")
	path := "/v1.0/users/" + b.demo.People[0].ID
	if got := b.call(token, "GET", path, ""); got.header.Get("rateLimit-limit") != "2" || got.header.Get("rateLimit-remaining") != "1" || got.header.Get("rateLimit-reset") != "60" {
		t.Fatalf("headers %v", got.header)
	}
	b.call(token, "GET", path, "")
	got := b.call(token, "GET", path, "")
	if got.status != 429 || got.body["code"] != "TOO_MANY_REQUESTS" || got.header.Get("rateLimit-reset") != "60" {
		t.Fatalf("%d %v %s", got.status, got.header, got.raw)
	}
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 200 {
		t.Fatalf("another API: %d", got.status)
	}
	b.clock.Add(time.Minute)
	if got := b.call(token, "GET", path, ""); got.status != 200 {
		t.Fatalf("next window: %d", got.status)
	}
	b.sim.SetRateLimit(-1)
	for range 5 {
		if got := b.call(token, "GET", path, ""); got.status != 200 || got.header.Get("rateLimit-limit") != "" {
			t.Fatalf("without a limit: %d", got.status)
		}
	}
}

func TestButtonsBecomeTheEventsOfTheirKind(t *testing.T) {
	b := newBench(t, nil)
	user, bot := b.demo.People[0].ID, b.demo.Bot.BotID
	in := b.listen(bot, http.StatusOK)
	token := b.tokenFor("bot.message")
	b.call(token, "POST", "/v1.0/bots/"+bot+"/users/"+user+"/messages", `{"content":{"type":"button_template","contentText":"打刻","actions":[{"type":"message","label":"直行","text":"直行出勤","postback":"direct"},{"type":"uri","label":"開く","uri":"https://x"}],"quickReply":{"items":[{"action":{"type":"postback","label":"出勤","data":"punch=in","displayText":"出勤します"}}]}}}`)
	room, err := b.sim.Direct(user, bot)
	if err != nil {
		t.Fatal(err)
	}
	message, err := b.sim.WaitReply(t.Context(), room.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"直行", "出勤", "開く"} {
		if _, err := b.sim.Press(t.Context(), simulator.Press{User: user, Bot: bot, Message: message.ID, Label: label}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.sim.Press(t.Context(), simulator.Press{User: user, Bot: bot, Label: "退勤"}); err != nil {
		t.Fatal(err)
	}
	got := in.all()
	for i, want := range []string{
		`"content":{"type":"text","text":"直行出勤","postback":"direct"}`, `"type":"postback","data":"punch=in"`,
		`"content":{"type":"text","text":"退勤","postback":"dakoku:CLOCK_OUT"}`,
	} {
		if len(got) != 3 || !strings.Contains(string(got[i].body), want) {
			t.Fatalf("%d events; want %s in %s", len(got), want, got[min(i, len(got)-1)].body)
		}
	}
	if shown := b.sim.Messages(room.ID); shown[2].Text != "出勤します" || shown[2].Kind != "postback" || shown[2].Outcome != "200" {
		t.Fatalf("what the room shows of a postback: %+v", shown[2])
	}
}

func TestWaitReplyEndsWithItsContext(t *testing.T) {
	b := newBench(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.sim.WaitReply(ctx, b.demo.Room.ID, 0); err == nil {
		t.Fatal("a reply out of nothing")
	}
}

func TestAPI10TokenAndPush(t *testing.T) {
	b := newBench(t, nil)
	c, err := b.sim.NewBotV1(simulator.BotSpec{Domain: b.demo.Domain})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"assertion": {jwt(t, c.AuthKey, `{"iss":"`+c.ServerID+`","iat":1795392000,"exp":1795392300,"jti":"x"}`)}}
	path := "/b/" + c.APIID + "/server/token"
	if got := b.post(path+"?"+form.Encode(), "", ""); got.status != 200 {
		t.Fatalf("query: %d %s", got.status, got.raw)
	}
	got := b.post(path, formType+"; charset=UTF-8", form.Encode())
	if got.status != 200 || got.body["expires_in"] != "86400" {
		t.Fatalf("form: %d %s", got.status, got.raw)
	}
	authorization := "Bearer " + got.body["access_token"].(string)
	full := http.Header{"Authorization": {authorization}, "Consumerkey": {c.ConsumerKey}, "Content-Type": {"application/json; charset=UTF-8"}}
	push := "/r/" + c.APIID + "/message/v1/bot/" + c.BotNo + "/message/push"
	body := `{"accountId":"hanako@demo.example","content":{"type":"text","text":"記録しました"}}`
	for name, want := range map[string]struct {
		header http.Header
		body   string
		status int
		code   string
	}{
		"good":          {full, body, 200, ""},
		"two targets":   {full, strings.Replace(body, "{", `{"roomId":"1",`, 1), 400, "INVALID_PARAMETER"},
		"no account":    {full, strings.Replace(body, "hanako", "nobody", 1), 404, "NOT_FOUND"},
		"no token":      {http.Header{"Consumerkey": {c.ConsumerKey}}, body, 401, "028"},
		"odd token":     {http.Header{"Authorization": {"Basic x"}}, body, 401, "029"},
		"no consumer":   {http.Header{"Authorization": {authorization}}, body, 401, "024"},
		"wrong key":     {http.Header{"Authorization": {authorization}, "Consumerkey": {"x"}}, body, 401, "024"},
		"unknown token": {http.Header{"Authorization": {"Bearer x"}, "Consumerkey": {c.ConsumerKey}}, body, 401, "024"},
	} {
		got := b.do("POST", push, want.header, want.body)
		code, gateway := got.body["errorCode"].(string)
		if !gateway {
			code, _ = got.body["code"].(string)
		}
		if got.status != want.status || code != want.code {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	room, err := b.sim.Direct(b.demo.People[0].ID, c.BotNo)
	if err != nil || len(b.sim.Messages(room.ID)) != 1 {
		t.Fatalf("room: %+v, %v", b.sim.Messages(room.ID), err)
	}
	if bad := base64.StdEncoding.EncodeToString([]byte("x")); b.post(path, formType, "grant_type=x&assertion="+bad).status != 400 {
		t.Fatal("an unknown grant type was accepted")
	}
}
