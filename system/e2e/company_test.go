package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// company is the demo company as its administrator and its people see it.
type company struct {
	t         *testing.T
	admin     *adminapi.Client
	simulator *simulator.Simulator
	world     simulator.DemoWorld
	password  string // of the administrator, and of every account that a test makes
}

type event struct {
	Name       string `json:"name"`
	Issued     string `json:"issuedTime"`
	Outcome    string `json:"outcome"`
	Reason     string `json:"reason"`
	Punch      string `json:"punch"`
	Employee   string `json:"employee"`
	Deliveries int    `json:"deliveries"`
	Reply      struct {
		State string `json:"state"`
		Form  string `json:"form"`
		End   string `json:"endTime"`
	} `json:"reply"`
}

type punch struct {
	Name        string `json:"name"`
	Employee    string `json:"employee"`
	Kind        string `json:"kind"`
	Time        string `json:"time"`
	BusinessDay string `json:"businessDay"`
	Phrase      string `json:"phrase"`
}

// get reads a path of the admin door.
func get[T any](c *company, path string) T {
	c.t.Helper()
	var out T
	if err := c.admin.Get(c.t.Context(), path, &out); err != nil {
		c.t.Fatalf("GET %s: %v", path, err)
	}
	return out
}

func (c *company) events() []event {
	c.t.Helper()
	return get[struct {
		Events []event `json:"events"`
	}](c, "/v1/events?pageSize=500").Events
}

func (c *company) punches() []punch {
	c.t.Helper()
	return get[struct {
		Punches []punch `json:"punches"`
	}](c, "/v1/punches?pageSize=500").Punches
}

// eventAt finds the event that was issued at a time; ok tells whether it is listed.
func (c *company) eventAt(issued time.Time) (event, bool) {
	c.t.Helper()
	for _, e := range c.events() {
		at, err := time.Parse(time.RFC3339Nano, e.Issued)
		if err == nil && at.Equal(issued.Truncate(time.Millisecond)) {
			return e, true
		}
	}
	return event{}, false
}

// judged waits for the outcome of the event issued at a time.
func (c *company) judged(issued time.Time) event {
	c.t.Helper()
	var found event
	eventually(c.t, "the event is judged", func() bool {
		e, ok := c.eventAt(issued)
		found = e
		return ok && e.Outcome != "PENDING"
	})
	return found
}

// say posts and requires 200.
func (c *company) say(post simulator.Post) simulator.Delivery {
	c.t.Helper()
	delivery, err := c.simulator.Say(c.t.Context(), post)
	if err != nil {
		c.t.Fatal(err)
	}
	if !delivery.OK() {
		c.t.Fatalf("delivery: %+v", delivery.Attempts)
	}
	return delivery
}

// replyTo waits for the bot's answer to a delivery, in Japanese.
func (c *company) replyTo(d simulator.Delivery) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	message, err := c.simulator.WaitReply(ctx, d.Room, d.Message)
	if err != nil {
		c.t.Fatal(err)
	}
	return message.TextIn("ja_JP")
}

// botMessages counts what the bot wrote into a room.
func (c *company) botMessages(room string) int {
	count := 0
	for _, m := range c.simulator.Messages(room) {
		if m.FromBot {
			count++
		}
	}
	return count
}

// expect says something to the bot alone and checks outcome, reason and the
// start and end of the answer.
func (c *company) expect(post simulator.Post, outcome, reason string, answer ...string) event {
	c.t.Helper()
	delivery := c.say(post)
	got := c.judged(delivery.Issued)
	if got.Outcome != outcome || got.Reason != reason {
		c.t.Fatalf("%q: outcome %s %s, want %s %s", post.Text, got.Outcome, got.Reason, outcome, reason)
	}
	if len(answer) == 0 {
		if got.Outcome == "IGNORED" && got.Reply.State != "NONE" {
			c.t.Fatalf("%q: nothing to answer, and the list shows %+v", post.Text, got.Reply)
		}
		return got
	}
	reply := c.replyTo(delivery)
	for _, part := range answer {
		if !strings.Contains(reply, part) {
			c.t.Fatalf("%q: answer %q does not contain %q", post.Text, reply, part)
		}
	}
	eventually(c.t, "the list of events shows the answer as sent", func() bool {
		e, _ := c.eventAt(delivery.Issued)
		return e.Reply.State == "SENT" && e.Reply.Form != "" && e.Reply.End != ""
	})
	return got
}
