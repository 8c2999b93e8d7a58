package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// TestTwoBotsAndATokenThatEnds walks two active bots of one company side by side,
// with every program a process of its own: each is answered by itself and ends for
// itself. Then LINE WORKS refuses to say who somebody is who punches, and at last the
// token of one ends while events wait in the queue: what came before is recorded, and
// what the door still took afterwards is refused.
func TestTwoBotsAndATokenThatEnds(t *testing.T) {
	t.Parallel()
	i := separate(t)
	c := i.company()
	first := c.world.Bot.BotID
	keys, err := c.simulator.NewBotV2(simulator.BotSpec{Domain: c.world.Domain})
	if err != nil {
		t.Fatal(err)
	}
	conn := c.connect("支社のBot", keys)
	c.paste(keys.BotID, c.issueToken(conn))
	c.post("/v1/"+conn+":activate", map[string]any{})
	people := c.world.People
	say := func(person int, bot, text string, after time.Duration) simulator.Post {
		return simulator.Post{User: people[person].ID, Bot: bot, Text: text, SentAt: morning().Add(after)}
	}
	c.expect(say(0, first, "出勤", 0), "RECORDED", "", "出勤")
	c.expect(say(0, keys.BotID, "退勤", 9*time.Hour), "RECORDED", "", "退勤")

	c.post("/v1/"+conn+":disable", map[string]any{})
	c.expect(say(1, first, "出勤", 0), "RECORDED", "", "出勤")
	c.post("/v1/"+conn+":activate", map[string]any{})

	other := c.connections()[0]
	c.post("/v1/"+other+":disable", map[string]any{}) // or people are named by its keys, and no punch waits
	i.waitsForLookUps(c, conn, keys.BotID)
	c.post("/v1/"+other+":activate", map[string]any{})
	c.endsWhileEventsWait(conn, keys.BotID, say)
	c.expect(say(2, first, "出勤", 0), "RECORDED", "", "出勤")
}

// endsWhileEventsWait revokes tokens until the door has taken an event on one that
// it did not know yet to be revoked, while LINE WORKS does not say who people are.
func (c *company) endsWhileEventsWait(conn, bot string, say func(int, string, string, time.Duration) simulator.Post) {
	c.t.Helper()
	stranger, err := c.simulator.NewUser(simulator.User{Domain: c.world.Domain, Email: "new.one@" + strings.SplitN(c.world.People[0].Email, "@", 2)[1]})
	if err != nil {
		c.t.Fatal(err)
	}
	c.simulator.Fail(simulator.Fault{Class: simulator.ClassUsers, Status: http.StatusServiceUnavailable})
	var before, after []time.Time
	for round := 0; len(after) == 0; round++ {
		if round == 20 {
			c.t.Fatal("the door knew each time already")
		}
		tokens := c.tokensOf(conn)
		post := say(0, bot, "出勤", -time.Duration(round+2)*time.Minute)
		post.User = stranger.ID
		c.say(post)
		before = append(before, post.SentAt)
		if err := c.admin.Call(c.t.Context(), http.MethodDelete, "/v1/"+tokens[len(tokens)-1].Name, nil, nil); err != nil {
			c.t.Fatal(err)
		}
		post.SentAt = post.SentAt.Add(time.Second)
		d, err := c.simulator.Say(c.t.Context(), post)
		if err != nil {
			c.t.Fatal(err)
		}
		if d.OK() {
			after = append(after, post.SentAt)
		}
		c.paste(bot, c.issueToken(conn))
	}
	c.simulator.Heal(simulator.ClassUsers)
	for _, at := range before {
		if e := c.judged(at); e.Reason != "UNLINKED" { // who it is was found out: the token was no reason
			c.t.Errorf("what came before the end is %s %s", e.Outcome, e.Reason)
		}
	}
	for _, at := range after {
		if e := c.judged(at); e.Outcome != "REFUSED" || e.Reason != "TOKEN_REVOKED" {
			c.t.Errorf("what came after the end is %s %s", e.Outcome, e.Reason)
		}
	}
}

// tokensOf are the live tokens of a connection, the newest last.
func (c *company) tokensOf(conn string) []callbackToken {
	c.t.Helper()
	return get[struct {
		Tokens []callbackToken `json:"tokens"`
	}](c, "/v1/"+conn+"/tokens").Tokens
}
