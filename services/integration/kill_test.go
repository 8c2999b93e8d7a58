package integration_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"

	"github.com/dakoku/dakoku/services/integration"
)

// tap stands before the platform and lets a test act at a moment of a call.
type tap struct {
	next   http.Handler
	mu     sync.Mutex
	before func(*http.Request) bool // false: the platform never sees the call
	after  func(*http.Request)      // the platform has done it and not answered
}

func (p *tap) set(before func(*http.Request) bool, after func(*http.Request)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before, p.after = before, after
}

func (p *tap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	before, after := p.before, p.after
	p.mu.Unlock()
	if before != nil && !before(r) {
		return
	}
	if after == nil {
		p.next.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	p.next.ServeHTTP(answer, r)
	after(r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// murder is a service to be killed while it sends to one person.
type murder struct {
	*world
	victim *child
	person string
	done   chan struct{} // closed when the victim is dead
}

func (m *murder) kill() {
	m.victim.end(syscall.SIGKILL)
	close(m.done)
}

func (m *murder) concerns(r *http.Request) bool { return strings.Contains(r.URL.Path, m.person) }

// points are the boundaries between which a process can die, and how often the
// person then reads the answer.
var points = map[string]struct {
	arrange func(*testing.T, *murder)
	shown   int
}{
	"claimed": {func(t *testing.T, m *murder) {
		m.forget(t, "access_token")
		m.tap.set(func(r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/token") {
				m.kill()
				return false
			}
			return true
		}, nil)
	}, 1},
	"request written, not done": {func(_ *testing.T, m *murder) {
		m.tap.set(func(r *http.Request) bool {
			if m.concerns(r) {
				m.kill()
			}
			return !m.concerns(r)
		}, nil)
	}, 1},
	"request written and done": {func(_ *testing.T, m *murder) {
		m.tap.set(nil, func(r *http.Request) {
			if m.concerns(r) {
				m.kill()
			}
		})
	}, 2},
	"answer read, not marked": {func(t *testing.T, m *murder) {
		m.tap.set(nil, func(r *http.Request) {
			if m.concerns(r) {
				m.killAtTheMark(t)
			}
		})
	}, 2},
	"marked": {func(t *testing.T, m *murder) {
		m.tap.set(nil, func(r *http.Request) {
			if m.concerns(r) {
				go m.killWhen(t, `select exists (select from integration.outbound_message where state = 'SENT')`)
			}
		})
	}, 1},
}

// forget empties a table.
func (w *world) forget(t *testing.T, table string) {
	t.Helper()
	if _, err := w.db.Owner(t).Exec(t.Context(), `delete from integration.`+table); err != nil {
		t.Fatal(err)
	}
}

// killAtTheMark holds the row that a settlement needs until the victim, which
// has its answer, waits for it.
func (m *murder) killAtTheMark(t *testing.T) {
	ctx, owner := context.WithoutCancel(t.Context()), m.db.Owner(t)
	tx, err := owner.Begin(ctx)
	if err == nil {
		_, err = tx.Exec(ctx, `select from integration.budget for update`)
	}
	if err != nil {
		t.Error(err)
	}
	go func() {
		m.killWhen(t, `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`) //nolint:contextcheck // it outlives the call that it watches
		_ = tx.Rollback(ctx)                                                                                                          // the row was only held
	}()
}

func (m *murder) killWhen(t *testing.T, condition string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 3*time.Minute) // for what never happens; a busy machine is slow
	defer cancel()
	owner, tick := m.db.Owner(t), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for holds := false; !holds; {
		select {
		case <-ctx.Done():
			t.Errorf("never happened: %s", condition)
			holds = true
		case <-tick.C:
			if err := owner.QueryRow(ctx, condition).Scan(&holds); err != nil {
				t.Error(err)
			}
		}
	}
	m.kill()
}

// A process is killed with -9 at each boundary of the way of an answer: there is
// one message, and as many calls as one and the attempts whose end nobody knows.
func TestKilledWhileSending(t *testing.T) {
	t.Parallel()
	const rounds = 1
	for name, point := range points {
		t.Run(name, func(t *testing.T) {
			clock := fast{time.Now(), 10}
			w := newWorldAt(t, simulator.Config{Now: clock.now}, func(c *integration.Config) { c.Now, c.Wait = clock.now, clock.wait })
			tenant := uuid.NewString()
			conn, keys := w.activeV2(as(t, tenant), t)
			for round := range rounds {
				w.stop()
				w.forget(t, "outbound_message")
				m := &murder{world: w, person: w.user(t, fmt.Sprintf("p%d@example", round)).ID, done: make(chan struct{}), victim: w.spawn(t, clock)}
				point.arrange(t, m)
				answer := reply(tenant, conn, key(t), integrationv1.Credentials_V2, m.person, "出勤 09:00 を記録しました。")
				if _, err := m.victim.machine.SendReplies(t.Context(), &integrationv1.SendRepliesRequest{Replies: []*integrationv1.Reply{answer}}); err != nil {
					t.Fatal(err)
				}
				<-m.done
				w.tap.set(nil, nil)
				w.start(t)
				w.send(t, answer) // the gateway repeats what it got no answer to
				m.judge(t, keys.BotID, point.shown)
			}
		})
	}
}

// judge waits for the end of the message and counts.
func (m *murder) judge(t *testing.T, bot string, want int) {
	t.Helper()
	owner := m.db.Owner(t)
	var rows, ambiguous int
	var state string
	eventually(t, "the end of the message", func() bool {
		err := owner.QueryRow(t.Context(), `select count(*), max(state), sum(ambiguous) from integration.outbound_message`).Scan(&rows, &state, &ambiguous)
		return err == nil && state != "QUEUED"
	})
	calls := 0
	for _, e := range m.sim.Ledger(simulator.Query{Class: simulator.ClassMessages}) {
		if strings.Contains(e.Path, m.person) {
			calls++
		}
	}
	shown := m.shown(t, m.person, bot)
	if rows != 1 || state != "SENT" || calls > 1+ambiguous || len(shown) != want {
		t.Fatalf("%d rows, %s, %d calls, %d ambiguous, shown %d times, want %d", rows, state, calls, ambiguous, len(shown), want)
	}
	if want == 2 && (shown[0].Text != "出勤 09:00 を記録しました。" || !strings.HasPrefix(shown[1].Text, "（再送 ") || !strings.HasPrefix(shown[1].TextIn("en_US"), "(Sent again")) {
		t.Errorf("a double is not known as one: %q, %q", shown[0].Text, shown[1].Text)
	}
}
