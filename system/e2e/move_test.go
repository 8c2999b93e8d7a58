package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
)

// TestMovingToAPI20 moves a bot from API 1.0 to API 2.0 at LINE WORKS. Every
// press in between is a punch and is answered, whichever of the two steps, at
// LINE WORKS and here, has been taken; nobody links anybody again.
func TestMovingToAPI20(t *testing.T) {
	t.Parallel()
	c := allInOne(t).company()
	old, err := c.simulator.NewBotV1(simulator.BotSpec{Domain: c.world.Domain})
	if err != nil {
		t.Fatal(err)
	}
	conn := c.connect("移行するBot", old)
	c.paste(old.BotNo, c.issueToken(conn))
	c.post("/v1/"+conn+":activate", map[string]any{})
	say := func(text string, after time.Duration) {
		t.Helper()
		post := simulator.Post{User: c.world.People[2].ID, Bot: old.BotNo, Text: text, SentAt: morning().Add(after)}
		c.expect(post, "RECORDED", "", onDay(post.SentAt, post.SentAt.Format("15:04 ")+text))
	}
	say("出勤", 0)

	fresh, err := c.simulator.PrepareUpgrade(old.BotNo)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.admin.Call(t.Context(), http.MethodPut, "/v1/"+conn+"/credentials?stage=true", fresh, nil); err != nil {
		t.Fatal(err)
	}
	c.paste(old.BotNo, c.issueToken(conn)) // the table with this token has the staged keys too
	say("休憩", 3*time.Hour)

	if _, err := c.simulator.UpgradeBot(old.BotNo, false); err != nil {
		t.Fatal(err)
	}
	say("復帰", 4*time.Hour)

	c.post("/v1/"+conn+"/credentials:activate", map[string]any{})
	say("退勤", 9*time.Hour)
	if got := len(c.punches()); got != 4 {
		t.Fatalf("%d punches", got)
	}
}

// paste puts the URL into the bot's settings and waits until the public door
// knows it.
func (c *company) paste(bot, url string) {
	c.t.Helper()
	if err := c.simulator.SetCallback(bot, url); err != nil {
		c.t.Fatal(err)
	}
	c.untilAccepted(bot)
}
