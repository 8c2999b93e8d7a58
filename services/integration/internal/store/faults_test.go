package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// pump lets the queue work for a time, looking for work at each step.
func (f *fixture) pump(t *testing.T, q *outbound.Queue, long, step time.Duration) {
	t.Helper()
	for end := f.clock.now().Add(long); f.clock.now().Before(end); f.clock.pass(step) {
		for q.Step(t.Context(), f.lane) {
		}
	}
}

func (f *fixture) crowd(t *testing.T, name string, people int, p outbound.Priority) {
	t.Helper()
	for first := 0; first < people; first += 100 {
		var drafts []outbound.Draft
		for i := first; i < min(first+100, people); i++ {
			drafts = append(drafts, f.draft(fmt.Sprint(name, i), p))
		}
		f.accept(t, drafts...)
	}
	if _, err := f.owner.Exec(t.Context(), `analyze integration.outbound_message`); err != nil { // as the server does by itself
		t.Fatal(err)
	}
}

func (f *fixture) states(t *testing.T) map[string]int {
	t.Helper()
	rows, err := f.owner.Query(t.Context(), `select state, reason, count(*) from integration.outbound_message group by state, reason`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var state, reason string
		var n int
		if err := rows.Scan(&state, &reason, &n); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSpace(state+" "+reason)] += n
	}
	return out
}

// F31: LINE WORKS answers 403 for an hour. The connection is parked with a reason
// an administrator reads, at most ten calls are made, nothing is lost.
func TestF31ForbiddenParksTheConnection(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(int) error { return &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"} }
	f.crowd(t, "p", 3, outbound.Problem)
	q := f.queue(f.Store, out)
	f.pump(t, q, time.Hour, 5*time.Second)
	if n := len(out.sent); n > 10 || n < 5 {
		t.Errorf("%d calls in an hour of 403", n)
	}
	var reason string
	var paused bool
	err := f.owner.QueryRow(t.Context(), `select reason, closed_until > $1 from integration.gate`, f.clock.now().Add(-time.Minute)).Scan(&reason, &paused)
	if err != nil || reason != "ACCESS_DENIED" || !paused {
		t.Errorf("an administrator reads %q, %v", reason, err)
	}
	out.sent, out.answer = nil, nil
	f.pump(t, q, 45*time.Minute, 30*time.Second)
	if got := f.states(t); got["SENT"] != 3 || len(out.sent) != 3 {
		t.Errorf("after the refusal ended: %v in %d calls", got, len(out.sent))
	}
}

// F32: the person is gone. The message has failed for good and says why, the
// link is flagged, everybody else is answered.
func TestF32WhoIsGoneIsFlagged(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(int) error {
		if out.sent[len(out.sent)-1] == "gone" {
			return &lineworks.Failure{Class: lineworks.NotFound, Code: "USER_NOT_EXIST", Absent: lineworks.Recipient}
		}
		return nil
	}
	flagged := f.flags(t, "gone", "there")
	f.accept(t, f.draft("gone", outbound.Problem), f.draft("there", outbound.Confirmation))
	f.pump(t, f.queue(f.Store, out), time.Hour, time.Minute)
	if got := f.states(t); got["FAILED USER_NOT_EXIST"] != 1 || got["SENT"] != 1 || len(out.sent) != 2 {
		t.Errorf("%v in %d calls", got, len(out.sent))
	}
	if got := flagged(); len(got) != 1 || got[0] != "gone" {
		t.Errorf("flagged: %v", got)
	}
}

// flags links people, and lists those that are marked as gone when it is called.
func (f *fixture) flags(t *testing.T, users ...string) func() []string {
	t.Helper()
	for _, user := range users {
		if _, err := f.PutLink(t.Context(), f.tenant, link.Want{Employee: uuid.NewString(), Account: user}, platform, always, false); err != nil {
			t.Fatal(err)
		}
	}
	return func() []string {
		rows, err := f.owner.Query(t.Context(), `select account from integration.account_link where gone_at is not null order by account`)
		if err != nil {
			t.Fatal(err)
		}
		out, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// F33: after 429 nobody calls before the time LINE WORKS named; other
// connections go on.
func TestF33TooManyRequestsClosesOneConnection(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(call int) error {
		if call == 1 {
			return &lineworks.Failure{Class: lineworks.RateLimited, Code: "TOO_MANY_REQUESTS", Reset: 37 * time.Second}
		}
		return nil
	}
	other, err := f.CreateConnection(t.Context(), f.tenant, "支社", false)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := f.draft("elsewhere", outbound.Confirmation)
	elsewhere.Connection = other.ID
	f.crowd(t, "p", 3, outbound.Confirmation)
	f.accept(t, elsewhere)
	q := f.queue(f.Store, out)
	f.pump(t, q, 37*time.Second, time.Second)
	if len(out.sent) != 1 {
		t.Errorf("%d calls before the reset", len(out.sent))
	}
	if !q.Step(t.Context(), outbound.Lane{Tenant: f.tenant, Connection: other.ID}) {
		t.Error("another connection waits, too")
	}
	f.pump(t, q, 5*time.Second, time.Second)
	if got := f.states(t); got["SENT"] != 4 || len(out.sent) != 5 {
		t.Errorf("%v in %d calls", got, len(out.sent))
	}
}

// perMinute counts calls in each minute from a time on.
func perMinute(calls []time.Time, from time.Time) []int {
	var out []int
	for _, at := range calls {
		minute := int(at.Sub(from) / time.Minute)
		for len(out) <= minute {
			out = append(out, 0)
		}
		out[minute]++
	}
	return out
}

// F35: one call in ten is done and not answered. Nobody reads an answer more
// than twice, and the second time it says so and carries its number.
func TestF35SilenceIsRepeatedOnce(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	const people = 200
	silent := 0
	out.answer = func(call int) error {
		if call%10 == 3 || call%10 == 4 && call < 50 {
			silent++
			return &lineworks.Failure{Class: lineworks.Ambiguous, Code: "NO_ANSWER"}
		}
		return nil
	}
	f.crowd(t, "p", people, outbound.Problem)
	f.pump(t, f.queue(f.Store, out), 2*time.Hour, time.Second)
	read := map[string][]string{}
	for _, m := range out.read {
		read[m.User] = append(read[m.User], m.Texts[0].Text)
	}
	doubles := 0
	for user, texts := range read {
		if texts[0] != user || len(texts) > 2 || len(texts) == 2 && !strings.HasPrefix(texts[1], "（再送 ") {
			t.Errorf("%s read %q", user, texts)
		}
		doubles += len(texts) - 1
	}
	got := f.states(t)
	if len(read) != people || doubles > silent || got["SENT"]+got["FAILED AMBIGUOUS"] != people {
		t.Errorf("%d people, %d doubles of %d silences, %v", len(read), doubles, silent, got)
	}
}
