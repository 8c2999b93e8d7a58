package gateway_test

import (
	"fmt"
	"testing"
	"time"

	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// wrong are how far the clock of a door is off.
var wrong = []time.Duration{-24 * time.Hour, -10 * time.Minute, 10 * time.Minute, 24 * time.Hour}

// from is the punch of a person, sent at a time.
func from(person string, issued time.Time) string {
	return fmt.Sprintf(`{"type":"message","source":{"userId":%q},"issuedTime":%q,"content":{"type":"text","text":"出勤"}}`,
		person, issued.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// off opens a door whose clock is wrong.
func (s *spooling) off(t *testing.T, by time.Duration) (door *gateway.Public, stop func()) {
	t.Helper()
	s.cfg.Now = func() time.Time { return time.Now().Add(by) }
	defer func() { s.cfg.Now = nil }()
	return s.open(t)
}

// send posts bodies, each of which must be answered 200.
func send(t *testing.T, door *gateway.Public, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if status := post(t, door, body); status != 200 {
			t.Errorf("%d for %s", status, body)
		}
	}
}

// received tells whether as many events as wanted have the outcome, and that all events
// were received between two times, as the database says.
func (s *spooling) received(t *testing.T, outcome string, want int, after, before time.Time) {
	t.Helper()
	inTime(t, func() bool { return s.number(`select count(*) from gateway.inbox where outcome = 'PENDING'`) == 0 })
	if n := s.number(`select count(*) from gateway.inbox where outcome || reason = '` + outcome + `'`); n != want {
		t.Errorf("%d %s, want %d", n, outcome, want)
	}
	const inexact = time.Second
	dated := `not received_at between '` + after.Add(-inexact).UTC().Format(time.RFC3339Nano) + `' and '` + before.Add(inexact).UTC().Format(time.RFC3339Nano) + `'`
	if n := s.number(`select count(*) from gateway.inbox where ` + dated); n != 0 {
		t.Errorf("%d events are dated wrong", n)
	}
}

// Doors whose clocks are wrong and one whose clock is right are one: what is sent now is
// recorded, also by way of the spool, what lies in the future is not, and what comes to
// several of them is one event.
func TestAWrongClockOfADoorChangesNothing(t *testing.T) {
	s := newSpooling(t)
	right, _ := s.open(t)
	doors := []*gateway.Public{right}
	for _, by := range wrong {
		door, _ := s.off(t, by)
		doors = append(doors, door)
	}
	for _, way := range []string{"direct", "spooled"} {
		t.Run(way, func(t *testing.T) { s.throughAll(t, doors, way == "spooled") })
	}
}

func (s *spooling) throughAll(t *testing.T, doors []*gateway.Public, spooled bool) {
	s.tell(`alter table gateway.inbox disable trigger user; truncate gateway.inbox; alter table gateway.inbox enable trigger user`)
	began := time.Now()
	if spooled {
		s.stop()
	}
	everybody, future := from("everybody", time.Now()), from("future", time.Now().Add(10*time.Minute))
	for i, door := range doors {
		send(t, door, from(fmt.Sprint("now", i), time.Now()), from(fmt.Sprint("soon", i), time.Now().Add(90*time.Second)), everybody, future)
	}
	ended := time.Now()
	if spooled {
		s.start()
	}
	inTime(t, func() bool {
		return s.number(`select coalesce(sum(deliveries), 0) from gateway.inbox`) == 4*len(doors)
	})
	s.received(t, "RECORDED", 2*len(doors)+1, began, ended)
	s.received(t, "QUARANTINEDFUTURE_TIME", 1, began, ended)
}

// A door that starts without the database has nothing to compare its clock with until
// that is back.
func TestAWrongClockThatNobodyComparedChangesNothing(t *testing.T) {
	for _, by := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		t.Run(by.String(), func(t *testing.T) {
			s := newSpooling(t)
			_, stop := s.off(t, by) // leaves what a start without the database needs
			stop()
			s.stop()
			door, stop := s.off(t, by)
			began := time.Now()
			send(t, door, from("now", time.Now()), from("future", time.Now().Add(10*time.Minute)))
			ended := time.Now()
			if by < 0 { // what another process left is dated as well
				stop()
				s.off(t, by)
			}
			s.start()
			inTime(t, func() bool { return s.number(`select count(*) from gateway.inbox`) == 2 })
			s.received(t, "RECORDED", 1, began, ended)
			s.received(t, "QUARANTINEDFUTURE_TIME", 1, began, ended)
		})
	}
}
