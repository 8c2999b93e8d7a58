package recorder

import (
	"context"
	"fmt"
	"time"
)

// Ready waits until every door takes events at every URL of every line: doors learn
// of new URLs a moment later. It sends one event for each line, which is judged with
// the others; only the deliveries that were taken are noted. No faults may happen yet.
func (s *Sender) Ready(ctx context.Context) error {
	for n, line := range s.Lines {
		who := line.People[0]
		w := written{letter: letter{line: line, user: who.User, issued: time.Now().Add(-time.Minute).Truncate(time.Millisecond)}}
		if line.Old {
			w.user = who.Login
		}
		w.Event = Event{ID: -int64(n) - 1, Tenant: line.Tenant, Connection: line.Connection, User: w.user, Person: who.Name, Employee: who.Employee, Issued: w.issued}
		w.text(fmt.Sprintf("準備 %d", n), Ignored, "NO_PHRASE", "")
		if err := s.Journal.Write(Entry{Event: &w.Event}); err != nil {
			return err
		}
		for door := range s.Doors {
			for path := range line.Paths {
				if err := s.untilTaken(ctx, delivery{written: w, door: door, path: path}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// untilTaken delivers until the answer is 200.
func (s *Sender) untilTaken(ctx context.Context, d delivery) error {
	for {
		at := time.Now()
		status, result := s.post(ctx, d)
		if result == OK {
			id := s.attempt.Add(1)
			return s.Journal.Write(
				Entry{Attempt: &Attempt{ID: id, Event: d.ID, Door: d.door, Path: d.path, At: at}},
				Entry{Result: &Result{Attempt: id, Result: result, Status: status, At: time.Now()}})
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("door %d answers %d at a new URL: %w", d.door, status, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
