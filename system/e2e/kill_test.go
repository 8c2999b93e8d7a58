package e2e

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/simulator"
)

// TestKilledBeforeThePunch: the callback was answered 200, then the power goes
// before the punch is recorded.
func TestKilledBeforeThePunch(t *testing.T) {
	t.Parallel()
	killBetween(t, "attendance.punches", func(c *company) bool {
		return len(c.punches()) == 0
	})
}

// TestKilledBeforeTheReply: the punch is recorded, then the power goes before
// the answer is stored.
func TestKilledBeforeTheReply(t *testing.T) {
	t.Parallel()
	killBetween(t, "integration.outbound_message", func(c *company) bool {
		return len(c.punches()) == 1
	})
}

// killBetween holds a table so that the journey cannot pass it, posts, waits
// until the moment is reached, kills the process, lets go and starts it again.
func killBetween(t *testing.T, table string, reached func(*company) bool) {
	i := allInOne(t)
	c := i.company()
	hold := i.hold(table)
	delivery := c.say(simulator.Post{User: c.world.People[0].ID, Bot: c.world.Bot.BotID, Text: "出勤"})
	eventually(t, "the moment before the table is reached", func() bool {
		e, ok := c.eventAt(delivery.Issued)
		return ok && e.Outcome == "PENDING" && reached(c) && i.waits(table)
	})
	i.processes["dakoku"].kill()
	hold()
	i.startAll()

	if reply := c.replyTo(delivery); reply == "" {
		t.Fatal("the answer is empty")
	}
	if got := c.judged(delivery.Issued); got.Outcome != "RECORDED" || got.Deliveries != 1 {
		t.Fatalf("event: %+v", got)
	}
	if punches := c.punches(); len(punches) != 1 {
		t.Fatalf("%d punches, want 1", len(punches))
	}
	if n := c.botMessages(delivery.Room); n != 1 {
		t.Fatalf("%d answers, want 1", n)
	}
}

// hold blocks every writer of a table until the function it returns is called.
func (i *installation) hold(table string) func() {
	i.t.Helper()
	tx, err := i.sql().Begin(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	// Readers go on: the admin door must be able to look.
	if _, err := tx.Exec(i.t.Context(), "lock table "+pgx.Identifier(splitName(table)).Sanitize()+" in exclusive mode"); err != nil {
		i.t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(context.Background()); err != nil {
			i.t.Fatal(err)
		}
	}
}

// waits tells whether anybody waits for the table now.
func (i *installation) waits(table string) bool {
	i.t.Helper()
	conn := i.sql()
	defer conn.Close(context.Background())
	var waiting bool
	err := conn.QueryRow(i.t.Context(), `select exists (select 1 from pg_locks where relation = $1::regclass and not granted)`, table).Scan(&waiting)
	if err != nil {
		i.t.Fatal(err)
	}
	return waiting
}

func splitName(table string) []string {
	for n, r := range table {
		if r == '.' {
			return []string{table[:n], table[n+1:]}
		}
	}
	return []string{table}
}
