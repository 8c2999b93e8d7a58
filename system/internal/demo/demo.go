// Package demo fills a new installation with a demo company and performs a
// first punch, through the same public doors that a customer uses. It knows the
// admin door's REST API and the simulator's world and nothing behind them.
package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// Demo is one demonstration. Every field is required but SetupSecret, which is
// empty when the company was set up at an earlier start.
type Demo struct {
	Admin       *adminapi.Client
	Simulator   *simulator.Simulator
	World       simulator.DemoWorld // of the simulator
	SetupSecret string
	DataDir     string
	Out         io.Writer

	account state
}

// Punch is a punch that was performed, as everybody concerned saw it.
type Punch struct {
	Person  string // who punched
	Message string // what was written
	Reply   string // what the bot answered
	Event   Event  // what the admin door says about it
}

// Event is a row of GET /v1/events.
type Event struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	Punch   string `json:"punch"`
	Issued  string `json:"issuedTime"`
}

// Email is the log-in name of the demo's administrator, valid after Prepare.
func (d *Demo) Email() string { return d.account.Email }

// Password is the generated password of the demo's administrator.
func (d *Demo) Password() string { return d.account.Password }

// Prepare makes company, connection, employees and links, or finds those of an
// earlier start.
func (d *Demo) Prepare(ctx context.Context) error {
	steps := []struct {
		what string
		do   func(context.Context) error
	}{
		{"会社と管理者 company and administrator", d.logIn},
		{"従業員とLINE WORKSアカウント employees and their accounts", d.hire},
		{"LINE WORKS連携 connection to LINE WORKS", d.connect},
		{"Bot をトークルームに招待 bot invited to the talk room", d.invite},
	}
	for _, step := range steps {
		fmt.Fprintf(d.Out, "  %s ...\n", step.what)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("demo, %s: %w", step.what, err)
		}
	}
	return nil
}

// invite brings the bot into the talk room until the public door knows the new
// keys, which takes a second or two.
func (d *Demo) invite(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		delivery, err := d.Simulator.Join(ctx, d.World.Bot.BotID, d.World.Room.ID)
		if err != nil {
			return err
		}
		if delivery.Status() == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the public door answers %d %s", delivery.Status(), delivery.Err())
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// FirstPunch lets the first person write 出勤 to the bot and waits for the answer.
func (d *Demo) FirstPunch(ctx context.Context) (Punch, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	person, bot := d.World.People[0], d.World.Bot.BotID
	room, err := d.Simulator.Direct(person.ID, bot)
	if err != nil {
		return Punch{}, err
	}
	punch := Punch{Person: person.Name(), Message: "出勤"}
	delivery, err := d.Simulator.Say(ctx, simulator.Post{User: person.ID, Bot: bot, Room: room.ID, Text: punch.Message})
	if err != nil {
		return punch, err
	}
	if !delivery.OK() {
		return punch, fmt.Errorf("the public door answers %d %s", delivery.Status(), delivery.Err())
	}
	reply, err := d.Simulator.WaitReply(ctx, room.ID, delivery.Message)
	if err != nil {
		return punch, err
	}
	punch.Reply = reply.TextIn("ja_JP")
	punch.Event, err = d.event(ctx, delivery.Issued)
	return punch, err
}

// event waits until the event issued at that time is judged: the answer may
// arrive a moment before the inbox row is completed.
func (d *Demo) event(ctx context.Context, issued time.Time) (Event, error) {
	for {
		var list struct {
			Events []Event `json:"events"`
		}
		if err := d.Admin.Get(ctx, "/v1/events?pageSize=20", &list); err != nil {
			return Event{}, err
		}
		for _, e := range list.Events {
			at, err := time.Parse(time.RFC3339Nano, e.Issued)
			if err == nil && at.Equal(issued.Truncate(time.Millisecond)) && e.Outcome != "PENDING" {
				return e, nil
			}
		}
		select {
		case <-ctx.Done():
			return Event{}, fmt.Errorf("the event is not listed as judged: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}
