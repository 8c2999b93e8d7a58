package simulator_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dakoku/dakoku/simulator"
)

func TestASentMessageIs201WithoutABody(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot.message")
	bot := "/v1.0/bots/" + b.demo.Bot.BotID
	for _, to := range []string{"/users/" + b.demo.People[0].ID, "/users/" + b.demo.People[0].Email, "/channels/" + b.demo.Room.ID} {
		got := b.call(token, "POST", bot+to+"/messages", `{"content":{"type":"text","text":"a"}}`)
		if got.status != http.StatusCreated || got.raw != "" || got.header.Get("Content-Length") != "0" {
			t.Errorf("%s: %d %q %v", to, got.status, got.raw, got.header)
		}
	}
	for _, to := range []string{"/users/nobody", "/users/nobody@demo.example"} {
		got := b.call(token, "POST", bot+to+"/messages", `{"content":{"type":"text","text":"a"}}`)
		if got.status != http.StatusNotFound || got.body["code"] != "USER_NOT_EXIST" {
			t.Errorf("%s: %d %s", to, got.status, got.raw)
		}
	}
}

func TestAssertionsAreJudgedAtTheTokenEndpoint(t *testing.T) {
	b := newBench(t, nil)
	now := b.clock.Now().Unix()
	claims := func(iss, sub, iat, exp string) string {
		return jwt(t, b.demo.Bot.PrivateKey, fmt.Sprintf(`{"iss":%q,"sub":%q,"iat":%s,"exp":%s}`, iss, sub, iat, exp))
	}
	client, account := b.demo.Bot.ClientID, b.demo.Bot.ServiceAccount
	at := func(seconds int64) string { return fmt.Sprint(now + seconds) }
	good := claims(client, account, at(0), at(3600))
	parts := strings.Split(good, ".")
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS512","typ":"JWT"}`))
	for name, c := range map[string]struct {
		assertion string
		status    int
	}{
		"an hour":          {good, 200},
		"fractions":        {claims(client, account, at(0)+".25", at(3600)+".25"), 200},
		"a second more":    {claims(client, account, at(0), at(3601)), 400},
		"a fraction more":  {claims(client, account, at(0), at(3600)+".5"), 400},
		"times as strings": {claims(client, account, `"`+at(0)+`"`, `"`+at(3600)+`"`), 400},
		"over":             {claims(client, account, at(-3600), at(0)), 400},
		"unknown iss":      {claims("somebody", account, at(0), at(3600)), 400},
		"unknown sub":      {claims(client, "x.serviceaccount@demo.example", at(0), at(3600)), 400},
		"RS512":            {header + "." + parts[1] + "." + parts[2], 400},
		"padding":          {parts[0] + "." + parts[1] + "." + base64.URLEncoding.EncodeToString(signature), 400},
	} {
		form := b.form("bot")
		form.Set("assertion", c.assertion)
		got := b.post("/oauth2/v2.0/token", formType, form.Encode())
		if got.status != c.status || c.status == 400 && got.body["error"] != "invalid_grant" {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
}

// Whatever becomes of a delivery, there is no second one.
func TestNothingIsSentAgainWhateverTheAnswer(t *testing.T) {
	b := newBench(t, nil)
	var status, requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if status.Load() == 0 {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		w.Header().Set("Location", r.URL.Path+"/again")
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(server.Close)
	if err := b.sim.SetCallback(b.demo.Bot.BotID, server.URL); err != nil {
		t.Fatal(err)
	}
	for _, answer := range []int64{204, 302, 307, 400, 401, 404, 429, 500, 502, 503, 504, 0} {
		status.Store(answer)
		requests.Store(0)
		delivery := b.say(simulator.Post{Text: "出勤"})
		if requests.Load() != 1 || delivery.Status() != int(answer) || delivery.OK() {
			t.Errorf("%d: %d requests, delivery %+v", answer, requests.Load(), delivery)
		}
	}
	status.Store(200)
	requests.Store(0)
	if b.say(simulator.Post{Text: "退勤"}); requests.Load() != 1 {
		t.Errorf("what failed came with the next: %d requests", requests.Load())
	}
}
