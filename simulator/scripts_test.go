package simulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

func (b *bench) play(script simulator.Script) {
	b.t.Helper()
	if err := b.sim.Play(script); err != nil {
		b.t.Fatal(err)
	}
}

// statuses calls the path again and again; 0 stands for no answer.
func (b *bench) statuses(token, path string, times int) []int {
	b.t.Helper()
	out := make([]int, times)
	for i := range out {
		out[i] = b.call(token, "GET", path, "").status
	}
	return out
}

func TestAScriptFollowsTheClockOfTheWorld(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) { c.TokenLife = 24 * time.Hour })
	token := b.tokenFor("bot")
	b.play(simulator.Script{Name: "night", Class: simulator.ClassBots, Steps: []simulator.Step{
		{For: "1h", Fault: simulator.Fault{Status: 403, Code: "ACCESS_DENIED"}},
		{For: "4h", Fault: simulator.Fault{Status: 503}},
		{For: "1h"},
		{Fault: simulator.Fault{Status: 500, Times: 2}},
	}})
	for i, want := range []struct {
		wait     time.Duration
		statuses []int
	}{
		{0, []int{403, 403}}, {59 * time.Minute, []int{403}}, {time.Minute, []int{503}},
		{4 * time.Hour, []int{200, 200}}, {time.Hour, []int{500, 500, 200}},
	} {
		b.clock.Add(want.wait)
		if got := b.statuses(token, "/v1.0/bots", len(want.statuses)); !slices.Equal(got, want.statuses) {
			t.Fatalf("%d: %v, want %v", i, got, want.statuses)
		}
	}
	if left := b.sim.Scripts(); len(left) != 0 {
		t.Fatalf("a script that ended is listed: %+v", left)
	}
}

func TestTheCodeOfAScriptedFaultIsAnswered(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot")
	b.play(simulator.Script{Steps: []simulator.Step{
		{Fault: simulator.Fault{Status: 403, Code: "LIMIT_EXCEEDED", Times: 1}},
		{Fault: simulator.Fault{Status: 502, Page: "<h1>Bad Gateway</h1>", Times: 1}},
		{Fault: simulator.Fault{Cut: true, Times: 1}},
	}})
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.body["code"] != "LIMIT_EXCEEDED" {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 502 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || got.raw != "<h1>Bad Gateway</h1>" {
		t.Fatalf("%d %v %s", got.status, got.header, got.raw)
	}
	if got := b.call(token, "POST", "/v1.0/bots/"+b.demo.Bot.BotID+"/secret", ""); got.err == nil {
		t.Fatalf("a cut connection answered %d", got.status)
	}
	if c, err := b.sim.Credentials(b.demo.Bot.BotID); err != nil || c != b.demo.Bot {
		t.Fatal("a connection that was cut beforehand did what was asked")
	}
}

func TestTheSameSeedHitsTheSameCalls(t *testing.T) {
	b := newBench(t, func(c *simulator.Config) { c.RatePerMinute = -1 })
	token := b.tokenFor("bot")
	round := func(seed uint64) []int {
		b.play(simulator.Script{Name: "dice", Seed: seed, Steps: []simulator.Step{{Probability: 0.1, Fault: simulator.Fault{Status: 503}}}})
		return b.statuses(token, "/v1.0/bots", 400)
	}
	first, again, other := round(7), round(7), round(8)
	if !slices.Equal(first, again) || slices.Equal(first, other) {
		t.Fatal("the dice do not follow the seed")
	}
	hits := 0
	for _, status := range first {
		if status == http.StatusServiceUnavailable {
			hits++
		}
	}
	if hits < 20 || hits > 65 {
		t.Fatalf("%d of 400 calls were hit, 40 are expected", hits)
	}
	b.sim.StopScript("dice")
	if slices.Contains(b.statuses(token, "/v1.0/bots", 100), 503) {
		t.Fatal("a stopped script goes on")
	}
}

func TestAScriptHitsOnePersonOrBotOrPath(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot bot.message user.email.read")
	hanako, taro, bot := b.demo.People[0], b.demo.People[1], b.demo.Bot.BotID
	always := []simulator.Step{{Fault: simulator.Fault{Status: 503}}}
	for name, c := range map[string]struct {
		script    simulator.Script
		hit, miss string
	}{
		"user by id":     {simulator.Script{User: hanako.ID}, "/v1.0/users/" + hanako.Email, "/v1.0/users/" + taro.ID},
		"user by e-mail": {simulator.Script{User: hanako.Email}, "/v1.0/users/" + hanako.ID, "/v1.0/users/" + taro.ID},
		"bot":            {simulator.Script{Bot: bot}, "/v1.0/bots/" + bot, "/v1.0/bots"},
		"path":           {simulator.Script{Path: "/v1.0/users"}, "/v1.0/users", "/v1.0/bots"},
		"class":          {simulator.Script{Class: simulator.ClassUsers}, "/v1.0/users", "/v1.0/bots"},
	} {
		c.script.Name, c.script.Steps = "one", always
		b.play(c.script)
		if got := b.call(token, "GET", c.hit, ""); got.status != 503 {
			t.Errorf("%s: %s is not hit: %d", name, c.hit, got.status)
		}
		if got := b.call(token, "GET", c.miss, ""); got.status != 200 {
			t.Errorf("%s: %s is hit: %d", name, c.miss, got.status)
		}
	}
	b.sim.Heal()
	if left := b.sim.Scripts(); len(left) != 0 {
		t.Fatalf("healed, but %+v", left)
	}
}

func TestAScriptThatMakesNoSenseIsRefused(t *testing.T) {
	b := newBench(t, nil)
	for name, script := range map[string]simulator.Script{
		"no steps":    {},
		"class":       {Class: "weather", Steps: []simulator.Step{{}}},
		"for":         {Steps: []simulator.Step{{For: "soon"}}},
		"negative":    {Steps: []simulator.Step{{For: "-1h"}}},
		"probability": {Steps: []simulator.Step{{Probability: 2}}},
		"status":      {Steps: []simulator.Step{{Fault: simulator.Fault{Status: 200}}}},
		"two ends":    {Steps: []simulator.Step{{Fault: simulator.Fault{Status: 500, Drop: true}}}},
		"lone code":   {Steps: []simulator.Step{{Fault: simulator.Fault{Code: "X"}}}},
	} {
		if b.sim.Play(script) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestScriptsArePlayedFromOutside(t *testing.T) {
	b := newBench(t, nil)
	token := b.tokenFor("bot")
	got := b.post("/sim/scripts", "application/json", `{"name":"s","class":"bots","steps":[{"for":"1h","status":503},{"status":429,"bare":true,"times":1}]}`)
	if got.status != 200 || b.call(token, "GET", "/v1.0/bots", "").status != 503 {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	if listed := b.do("GET", "/sim/scripts", nil, "").raw; !strings.Contains(listed, `"name":"s"`) {
		t.Fatalf("listed: %s", listed)
	}
	b.do("DELETE", "/sim/scripts/s", nil, "")
	if got := b.call(token, "GET", "/v1.0/bots", ""); got.status != 200 {
		t.Fatalf("stopped: %d", got.status)
	}
	if got := b.post("/sim/scripts", "application/json", `{"steps":[]}`); got.status != 400 {
		t.Fatalf("no steps: %d", got.status)
	}
}
