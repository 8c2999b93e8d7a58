package e2e

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/simulator"
)

// askBadly puts secrets where they do not belong.
func (a *aviary) askBadly() {
	path := "/v1/" + a.v2 + "/credentials?validateOnly=true"
	for field, value := range a.wrongFields() {
		keys := map[string]string{}
		raw, _ := json.Marshal(a.world.Bot) // of our own type
		_ = json.Unmarshal(raw, &keys)
		keys[field] = value
		a.refused(http.MethodPut, path, keys)
		a.refused(http.MethodPut, strings.TrimSuffix(path, "?validateOnly=true"), keys)
	}
	for connection, all := range a.swapped() {
		for _, keys := range all {
			a.refused(http.MethodPut, "/v1/"+connection+"/credentials?validateOnly=true", keys)
			a.refused(http.MethodPut, "/v1/"+connection+"/credentials", keys)
		}
	}
	lost := quoted(a.plant("text to nowhere"))
	secret := func(what string) string { return strings.ToLower(rand.Text()) + a.plant(what) }
	for _, body := range []string{
		`{"apiVersion":"V2","note":` + quoted(secret("value of an unknown field")) + `}`, `{"apiVersion":` + quoted(secret("wrong enum value")) + `}`,
		`{"botSecret":[` + quoted(secret("value of the wrong type")) + `]}`, `{"botSecret":` + quoted(secret("half a body")),
		`{"botSecret":"\ud800` + url.QueryEscape(secret("half a character")) + `"}`, secret("no JSON"), `[` + quoted(secret("a list")) + `]`,
	} {
		if status := a.ask(http.MethodPut, path, body); status != http.StatusBadRequest {
			a.t.Errorf("%s: %d", body, status)
		}
	}
	for _, value := range append(a.tokens, a.key, a.world.Bot.BotSecret, url.QueryEscape(secret("forged page token"))) {
		for _, query := range []string{"events?pageToken=", "punches?pageToken=", "accountLinks?pageToken=", "unlinkedSenders?pageToken=", "employees?pageSize=", "events?outcome=", a.v2 + "/credentials/uses?pageToken="} {
			a.ask(http.MethodGet, "/v1/"+query+value, "")
		}
		for _, wrong := range []string{"/v1/connections/", "/v1/employees/", "/v1/", "/", "/v1/lineworks/attendance/", "/v1/apiKeys/"} {
			a.ask(http.MethodGet, wrong+value, "")
			a.ask(http.MethodDelete, wrong+value, "")
			a.wrongCallback(wrong+value, lost)
			a.wrongCallback(wrong+value+"/more", lost)
			a.wrongCallback(wrong+"x?token="+value, lost)
		}
		a.ask(http.MethodPut, "/v1/employees/"+value+"/accountLink", `{"lineWorksAccountId":"x@y.example"}`)
		a.askAs(http.MethodGet, "/v1/session", "", value)
	}
}

// wrongFields are values of one field that belong to another, or that are not
// as they are issued.
func (a *aviary) wrongFields() map[string]string {
	keys := a.world.Bot
	return map[string]string{
		"clientId": keys.PrivateKey, "botId": keys.BotSecret, "serviceAccount": keys.ClientSecret,
		"clientSecret": keys.PrivateKey, "botSecret": keys.PrivateKey,
		"privateKey": strings.Replace(keys.PrivateKey, "MII", "MIJ", 1),
	}
}

// swapped are the keys that each connection works with, two of them in each
// other's fields.
func (a *aviary) swapped() map[string][]any {
	now := func(bot string) any {
		keys, err := a.simulator.Credentials(bot)
		if err != nil {
			a.t.Fatal(err)
		}
		return keys
	}
	v2, is2 := now(a.v2Bot).(simulator.CredentialsV2)
	v1, is1 := now(a.v1Bot).(simulator.CredentialsV1)
	if !is2 || !is1 {
		a.t.Fatal("the bots are of other versions")
	}
	server, consumer := v1, v1
	v2.ClientID, v2.ClientSecret = v2.ClientSecret, v2.ClientID
	server.ServerID, server.APIID = v1.APIID, v1.ServerID
	consumer.ServerID, consumer.ConsumerKey = v1.ConsumerKey, v1.ServerID
	return map[string][]any{a.v2: {v2}, a.v1: {server, consumer}}
}

func quoted(text string) string {
	raw, _ := json.Marshal(text) // a string can be encoded
	return string(raw)
}

// wrongCallback calls the public door at a path that is none.
func (a *aviary) wrongCallback(path, body string) {
	a.t.Helper()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		request, err := http.NewRequestWithContext(a.t.Context(), method, a.i.public+path, strings.NewReader(`{"text":`+body+`}`))
		if err != nil {
			a.t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			a.t.Fatal(err)
		}
		_ = response.Body.Close()
	}
}

// lookAtEverything reads what the admin door lists.
func (a *aviary) lookAtEverything() {
	for _, path := range []string{
		"session", "organization", "apiKeys", "connections", "integrations", "events?pageSize=500", "punches?pageSize=500",
		"employees", "accountLinks", "unlinkedSenders", "timesheets", "heldPunches", "workRules",
	} {
		a.ask(http.MethodGet, "/v1/"+path, "")
	}
	for _, connection := range []string{a.v2, a.v1} {
		for _, rest := range []string{"", "/credentials", "/credentials/uses?pageSize=500", "/tokens", "/hours", "/punchSettings"} {
			if status := a.ask(http.MethodGet, "/v1/"+connection+rest, ""); status != http.StatusOK {
				a.t.Errorf("GET %s: %d", connection+rest, status)
			}
		}
	}
}

// failSending lets answers fail in every way; each refusal holds what was sent.
// The last one stops the connection for a while.
func (a *aviary) failSending() {
	for _, way := range []struct {
		connection, bot, part string
		statuses              []int
	}{
		{a.v2, a.v2Bot, "/messages", []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusInternalServerError, http.StatusTooManyRequests}},
		{a.v1, a.v1Bot, "/message/push", []int{http.StatusUnauthorized, http.StatusBadRequest, http.StatusBadGateway, http.StatusForbidden}},
	} {
		a.mirror.fail(way.part, way.statuses...)
		before := a.mirror.hits.Load()
		for _, person := range a.world.People {
			a.say(simulator.Post{User: person.ID, Bot: way.bot, Text: "退勤 " + a.plant("text of a punch")})
		}
		eventually(a.t, "sending fails", func() bool { return a.mirror.hits.Load() >= before+int64(len(way.statuses)) })
		a.simulator.RevokeTokens()
		a.mirror.fail("/token", http.StatusUnauthorized)
		a.ask(http.MethodPost, "/v1/"+way.connection+":test", "{}")
		a.mirror.fail("")
	}
}

// withoutDatabase takes the database away from everybody and calls both doors.
func (a *aviary) withoutDatabase() {
	config, err := pgx.ParseConfig(a.i.database)
	if err != nil {
		a.t.Fatal(err)
	}
	name := pgx.Identifier{config.Database}.Sanitize()
	config.Database = "template1"
	conn, err := pgx.ConnectConfig(a.t.Context(), config)
	if err != nil {
		a.t.Fatal(err)
	}
	defer conn.Close(a.t.Context())
	exec := func(sql string) {
		if _, err := conn.Exec(a.t.Context(), sql); err != nil {
			a.t.Fatal(err)
		}
	}
	exec("alter database " + name + " allow_connections false")
	exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = " + "'" + strings.Trim(name, `"`) + "'")
	a.refused(http.MethodPost, "/v1/session", map[string]string{"email": "hr@canary.example", "password": a.plant("password")})
	a.refused(http.MethodPut, "/v1/"+a.v2+"/credentials", a.world.Bot)
	a.ask(http.MethodPost, "/v1/"+a.v2+"/tokens", "{}")
	for _, bot := range []string{a.v2Bot, a.v1Bot} {
		post := simulator.Post{User: a.world.People[0].ID, Bot: bot, Text: "退勤 " + a.plant("text of a punch")}
		if d, err := a.simulator.Say(a.t.Context(), post); err != nil || !d.OK() {
			a.t.Errorf("a punch without a database: %v, %d", err, d.Status())
		}
	}
	if a.spooled = slices.DeleteFunc(a.files(), func(p place) bool { return !strings.Contains(p.name, "/spool/") }); len(a.spooled) == 0 {
		a.t.Error("accepted punches are not in the spool")
	}
	exec("alter database " + name + " allow_connections true")
	eventually(a.t, "the database is back", func() bool { return a.ask(http.MethodGet, "/v1/connections", "") == http.StatusOK })
}
