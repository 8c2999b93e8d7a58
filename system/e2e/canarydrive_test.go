package e2e

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/dakoku/dakoku/simulator"
)

// plant makes a secret of our own, with characters that are escaped somewhere,
// and a second canary of its tail, which is escaped nowhere.
func (a *aviary) plant(what string) string {
	tail := strings.ToLower(rand.Text())
	a.canaries.add(what, tail)
	return `Kanarien"<vögel> & 鳥/` + tail
}

// ask sends a body as it stands with our API key and does not care whether it
// is liked.
func (a *aviary) ask(method, path, body string) int {
	return a.askAs(method, path, body, a.key)
}

func (a *aviary) askAs(method, path, body, key string) int {
	a.t.Helper()
	request, err := http.NewRequestWithContext(a.t.Context(), method, a.i.admin+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

// sent requires success.
func (a *aviary) sent(method, path string, in, out any) {
	a.t.Helper()
	if err := a.admin.Call(a.t.Context(), method, path, in, out); err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// refused requires a refusal.
func (a *aviary) refused(method, path string, in any) {
	a.t.Helper()
	if err := a.admin.Call(a.t.Context(), method, path, in, nil); err == nil {
		a.t.Fatalf("%s %s is accepted", method, path)
	}
}

// setUp plants the setup secret, passwords, sessions and an API key.
func (a *aviary) setUp() {
	secret, password := a.i.setupSecret(), a.plant("password")
	a.canaries.add("setup secret", secret)
	who := map[string]string{"email": "hr@canary.example", "name": "人事 担当", "password": password}
	first := map[string]any{"setupSecret": a.plant("wrong setup secret"), "administrator": who,
		"organization": map[string]any{"name": "株式会社カナリア", "timeZone": "Asia/Tokyo", "locale": "ja", "closingDay": 31}}
	a.refused(http.MethodPost, "/v1/setup", first)
	first["setupSecret"] = secret
	a.sent(http.MethodPost, "/v1/setup", first, nil)
	a.refused(http.MethodPost, "/v1/setup", first) // again
	a.sent(http.MethodDelete, "/v1/session", nil, nil)
	code := strings.ToLower(rand.Text())[:12]
	a.canaries.add("one-time code", code)
	a.refused(http.MethodPost, "/v1/session", map[string]string{"email": who["email"], "password": a.plant("wrong password"), "totpCode": code})
	a.sent(http.MethodPost, "/v1/session", map[string]string{"email": who["email"], "password": password}, nil)
	var key struct{ Secret string }
	a.sent(http.MethodPost, "/v1/apiKeys", map[string]string{"displayName": "鍵", "role": "ADMINISTRATOR"}, &key)
	a.key = key.Secret
	a.canaries.add("API key", a.key)
	if status := a.ask(http.MethodGet, "/v1/organization", ""); a.key == "" || status != http.StatusOK {
		a.t.Fatalf("the API key is answered %d", status)
	}
	a.askAs(http.MethodGet, "/v1/organization", "", "dkk_"+strings.ToLower(rand.Text()))
}

// plantV2 plants the secrets of API 2.0 keys.
func (a *aviary) plantV2(keys simulator.CredentialsV2) simulator.CredentialsV2 {
	a.canaries.add("bot secret", keys.BotSecret)
	a.canaries.add("client secret", keys.ClientSecret)
	a.canaries.add("private key", keys.PrivateKey)
	return keys
}

// connectBots makes a connection of each API version that works.
func (a *aviary) connectBots() {
	world, err := simulator.Demo(a.simulator)
	if err != nil {
		a.t.Fatal(err)
	}
	a.world, a.v2Bot = world, world.Bot.BotID
	old, err := a.simulator.NewBotV1(simulator.BotSpec{Domain: world.Domain})
	if err != nil {
		a.t.Fatal(err)
	}
	a.canaries.add("API ID", old.APIID)
	a.canaries.add("consumer key", old.ConsumerKey)
	a.canaries.add("auth key", old.AuthKey)
	a.v1Bot = old.BotNo
	a.v2, a.v1 = a.connect("API 2.0", a.plantV2(world.Bot)), a.connect("API 1.0", old)
	for connection, bot := range map[string]string{a.v2: a.v2Bot, a.v1: a.v1Bot} {
		url := a.issueToken(connection)
		token := url[strings.LastIndex(url, "/")+1:]
		a.canaries.add("callback token", token)
		a.tokens = append(a.tokens, token)
		a.post("/v1/"+connection+":activate", map[string]any{})
		a.paste(bot, url)
	}
}

// hire makes an employee of each person and links the two.
func (a *aviary) hire() {
	for n, person := range a.world.People {
		var made struct{ Name string }
		a.sent(http.MethodPost, "/v1/employees", map[string]string{"employeeNumber": fmt.Sprint("E", n), "displayName": person.Name(), "email": person.Email}, &made)
		a.sent(http.MethodPut, "/v1/"+made.Name+"/accountLink", map[string]string{"lineWorksAccountId": person.Email}, nil)
	}
}

// rotateKeys leaves keys in all four places: current, staged, previous and former.
func (a *aviary) rotateKeys() {
	path := "/v1/" + a.v2 + "/credentials"
	typo := a.world.Bot // somebody mistypes the secret, and corrects it
	typo.BotSecret = strings.ToLower(rand.Text()) + strings.ToLower(rand.Text())
	a.sent(http.MethodPut, path, a.plantV2(typo), nil)
	a.sent(http.MethodPut, path, a.world.Bot, nil)
	for _, reissue := range []func(string) error{a.simulator.ReissueClientSecret, a.simulator.ReissueKey} {
		if err := reissue(a.v2Bot); err != nil {
			a.t.Fatal(err)
		}
	}
	keys, err := a.simulator.Credentials(a.v2Bot)
	next, other := keys.(simulator.CredentialsV2)
	if err != nil || !other {
		a.t.Fatal(err)
	}
	a.sent(http.MethodPut, path+"?stage=true&validateOnly=true", a.plantV2(next), nil)
	a.sent(http.MethodPut, path+"?stage=true", next, nil)
	a.sent(http.MethodPost, path+":activate", map[string]any{}, nil)

	future, err := a.simulator.NewBotV2(simulator.BotSpec{Domain: a.world.Domain})
	if err != nil {
		a.t.Fatal(err)
	}
	future.BotID = a.v2Bot // an app that is not used yet
	a.sent(http.MethodPut, path+"?stage=true", a.plantV2(future), nil)
	shown := get[struct {
		Staged, Previous map[string]any
		Former           []map[string]any
	}](a.company, path)
	if shown.Staged == nil || shown.Previous == nil || len(shown.Former) != 1 {
		a.t.Fatalf("not all sets of keys are there: %v", shown)
	}
}

// talk writes what is a punch, what is none, what nobody can read, and what
// nobody has signed.
func (a *aviary) talk() {
	for n, bot := range []string{a.v2Bot, a.v1Bot} {
		person, at := a.world.People[n].ID, func(text string) simulator.Post {
			return simulator.Post{User: a.world.People[n].ID, Bot: bot, Text: text}
		}
		a.expect(at("出勤 "+a.plant("text of a punch")), "RECORDED", "", "出勤")
		a.expect(at(a.plant("chat")), "IGNORED", "NO_PHRASE")
		a.expect(at("出勤 退勤 "+a.plant("ambiguous text")), "REFUSED", "AMBIGUOUS")
		button := at(a.plant("label"))
		button.Postback = a.plant("postback")
		a.say(button)
		unsigned := at(a.plant("unsigned text"))
		unsigned.Options.BreakSignature = true
		if d, err := a.simulator.Say(a.t.Context(), unsigned); err != nil || d.Status() != http.StatusUnauthorized {
			a.t.Fatalf("unsigned: %v, %d", err, d.Status())
		}
		for _, body := range []string{`{"type":"message","source":{"userId":"` + person + `"},"content":{"text":"%s`, `["%s"]`, `{"type":"%s","issuedTime":"%[1]s"}`, "%s\x00\xff"} {
			raw := fmt.Appendf(nil, body, a.plant("unreadable body"))
			if d, err := a.simulator.Deliver(a.t.Context(), bot, raw, simulator.Options{}); err != nil || d.Status() != http.StatusOK {
				a.t.Fatalf("unreadable: %v, %d", err, d.Status())
			}
		}
	}
	stranger, err := a.simulator.NewUser(simulator.User{Domain: a.world.Domain, Email: "new@canary.example"})
	if err != nil {
		a.t.Fatal(err)
	}
	a.expect(simulator.Post{User: stranger.ID, Bot: a.v2Bot, Text: "出勤 " + a.plant("a stranger's text")}, "REFUSED", "UNLINKED")
}

// askAboutBots asks LINE WORKS for all that administrators can ask for, while it
// works and while it answers with what it was sent.
func (a *aviary) askAboutBots() {
	statuses := []int{0, 200, 302, 400, 401, 403, 404, 429, 500, 502, 503}
	for _, part := range []string{"/token", "/v1.0/", "/r/"} {
		for _, status := range statuses {
			if status != 0 {
				a.mirror.fail(part, status)
			}
			for _, connection := range []string{a.v2, a.v1} {
				for _, call := range []string{":test", ":registerCallback", ":registerMenu"} {
					a.ask(http.MethodPost, "/v1/"+connection+call, "{}")
				}
			}
			a.ask(http.MethodPost, "/v1/accountLinks:sync", `{"connection":"`+a.v2+`"}`)
			a.mirror.fail("")
		}
	}
}
