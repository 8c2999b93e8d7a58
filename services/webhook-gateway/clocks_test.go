package gateway_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
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

func (n *neighbours) ReportTraffic(_ context.Context, in *integrationv1.ReportTrafficRequest) (*integrationv1.ReportTrafficResponse, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.traffic = append(n.traffic, in.GetHours()...)
	return &integrationv1.ReportTrafficResponse{}, nil
}

// A door whose clock is wrong takes callbacks like any other: one that was not ready would
// refuse what LINE WORKS never sends again, for a clock that decides nothing. It tells how
// far its clock is off, and its figures are of the right hour.
func TestAWrongClockIsToldAndRefusesNobody(t *testing.T) {
	s := newStreet(t)
	registry := prometheus.NewRegistry()
	s.cfg.Registry = registry
	s.cfg.Now = func() time.Time { return time.Now().Add(-24 * time.Hour) }
	door, stop := s.open(t)
	began := time.Now()
	send(t, door, from("now", began))
	if err := door.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if ahead := gauged(t, registry, "dakoku_clock_database_ahead_seconds"); ahead < 86_000 || ahead > 87_000 {
		t.Errorf("%f seconds", ahead)
	}
	stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.traffic) == 0 {
		t.Fatal("no figures")
	}
	for _, hour := range s.traffic {
		if last := hour.GetLastCallbackTime().AsTime(); last.Sub(began).Abs() > time.Minute {
			t.Errorf("the last callback came %s", last)
		}
	}
}

// gauged is what a gauge shows.
func gauged(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatal("no", name)
	return 0
}

// A whole process with a wrong clock, which dies with callbacks in its spool; its heir has
// a clock that is wrong the other way.
func TestAHeirWithAnotherClock(t *testing.T) {
	path, s := armable(t), newSpooling(t)
	t.Setenv("FAILPOINTS_CLOCK", "-24h")
	victim := s.spawn(t, path, "gw.spool.synced=exit@3")
	began := time.Now()
	s.stop()
	for n := 1; !victim.ended(); n++ {
		s.sent++
		if status, _ := victim.post(from(fmt.Sprint(n), time.Now()), doorSecret); status != 200 {
			inTime(t, victim.ended)
		}
	}
	ended := time.Now()
	if !strings.Contains(victim.said.String(), "the clock of this machine is wrong") {
		t.Error("nobody was told of the wrong clock:", victim.said.String())
	}
	s.start()
	t.Setenv("FAILPOINTS_CLOCK", "10m")
	heir := s.spawn(t, path, "")
	defer heir.kill()
	inTime(t, func() bool { return s.number(`select count(*) from gateway.inbox`) == s.sent })
	s.received(t, "RECORDED", s.sent, began, ended)
}

// A door that hears of nothing may take callbacks into its spool for a quarter of an hour:
// for longer nobody can tell whether a key still holds.
func TestADoorThatHearsOfNothingClosesInTime(t *testing.T) {
	s := newSpooling(t)
	_, stop := s.open(t) // leaves what a start without the others needs
	stop()
	s.stop()
	s.cfg.Integration.Target, s.cfg.Integration.Identity = "127.0.0.1:1", s.cfg.Identity
	var passed atomic.Int64
	s.cfg.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	door, _ := s.open(t)
	for _, c := range []struct {
		passed time.Duration
		status int
	}{{0, 200}, {14 * time.Minute, 200}, {16 * time.Minute, 503}, {14 * time.Minute, 200}} {
		passed.Store(int64(c.passed))
		if status := post(t, door, from(c.passed.String(), time.Now())); status != c.status {
			t.Errorf("after %s: %d", c.passed, status)
		}
		if err := door.Ready(t.Context()); (err == nil) != (c.status == 200) {
			t.Errorf("after %s: %v", c.passed, err)
		}
	}
}
