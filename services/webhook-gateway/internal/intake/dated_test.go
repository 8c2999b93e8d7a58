package intake

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// during is what a test does to the clocks before a callback comes, and between that and
// the day on which the database is back.
type during struct {
	before, after func(w *watch)
	// late is how much too late an event may be dated. Too early it never is.
	late time.Duration
}

// Whatever happened to the clocks of a door, what it put into its spool is dated by the
// database's clock and not before it came.
func TestWhatWaitsIsDatedRight(t *testing.T) {
	nothing := func(*watch) {}
	unknown := func(off time.Duration) func(w *watch) {
		return func(w *watch) { w.known, w.set = false, off }
	}
	set := func(off time.Duration) func(w *watch) { return func(w *watch) { w.set = off } }
	sleep := func(w *watch) { w.slept += time.Hour }
	for name, c := range map[string]during{
		"nothing":                                {nothing, nothing, 0},
		"slept before it came":                   {sleep, nothing, 0},
		"slept after it came":                    {nothing, sleep, 0},
		"slept before it came and after":         {sleep, sleep, time.Hour},
		"set forward before":                     {set(time.Hour), nothing, 0},
		"set back before":                        {set(-time.Hour), nothing, 0},
		"set forward after":                      {nothing, set(time.Hour), 0},
		"set back before, and put right":         {set(-time.Hour), set(0), 0},
		"set forward before, and put right":      {set(time.Hour), set(0), 0},
		"never compared":                         {unknown(0), nothing, 0},
		"never compared, a day ahead":            {unknown(24 * time.Hour), nothing, 0},
		"never compared, a day behind":           {unknown(-24 * time.Hour), nothing, 0},
		"never compared, behind, and put right":  {unknown(-24 * time.Hour), set(0), 0},
		"never compared, ahead, and put right":   {unknown(24 * time.Hour), set(0), 0},
		"compared as soon as it was asked":       {func(w *watch) { w.known, w.set, w.learns = false, time.Hour, true }, nothing, 0},
		"never compared, then the machine slept": {unknown(0), sleep, time.Hour},
	} {
		t.Run(name, func(t *testing.T) { isDated(t, c, 3*time.Hour) })
	}
}

func isDated(t *testing.T, c during, ahead time.Duration) {
	b := newBench(t, nil)
	b.watch.runs(ahead)
	b.table.set(errAway)
	b.watch.change(func() { c.before(b.watch) })
	from := time.Now().Add(ahead)
	b.put(t, "1")
	to := time.Now().Add(ahead)
	b.watch.change(func() { c.after(b.watch) })
	b.table.set(nil)
	b.run(t)
	until(t, func() bool { return len(b.table.bodies()) == 1 })
	const inexact = time.Second
	if got := b.table.kept[0].Received; got.Before(from.Add(-inexact)) || got.After(to.Add(inexact+c.late)) {
		t.Errorf("received %s, and it came %s", got, from)
	}
}

// What a process has left that is gone is dated by the times of day, by what its count of
// time was, and by when it was sent.
func TestWhatAnotherProcessLeftIsDatedByWhatThereIs(t *testing.T) {
	issued := time.Now().UTC().Truncate(time.Millisecond)
	body := fmt.Sprintf(`{"type":"message","source":{"userId":"u"},"issuedTime":%q,"content":{"type":"text","text":"出勤"}}`, issued.Format(time.RFC3339Nano))
	d := inbox.Delivery{ID: tenant, Tenant: tenant, Connection: tenant, Version: event.V2, Body: []byte(body)}
	came := issued.Add(time.Second)
	for name, c := range map[string]struct {
		set, put time.Duration // of the time of day, when it came and when it is dated
		counted  time.Time
		want     time.Time
	}{
		"right":                           {0, 0, time.Time{}, came},
		"a day ahead":                     {24 * time.Hour, 24 * time.Hour, time.Time{}, came},
		"a day behind":                    {-24 * time.Hour, -24 * time.Hour, time.Time{}, came},
		"a day behind, and put right":     {-24 * time.Hour, 0, time.Time{}, issued},
		"slept, and so counted too early": {0, 0, came.Add(-time.Hour), came},
		"set back, and counted right":     {-time.Hour, 0, came, came},
	} {
		w := &watch{}
		at := arrival{at: c.counted, known: !c.counted.IsZero()}
		at.own.Day = came.Add(c.set)
		packed, err := pack(d, at, "a process that is gone")
		if err != nil {
			t.Fatal(err)
		}
		w.set = c.put
		w.runs(0)
		got, err := unpack(packed, w, "another")
		if err != nil || got.Received.Sub(c.want).Abs() > 100*time.Millisecond {
			t.Errorf("%s: received %s, want %s, %v", name, got.Received, c.want, err)
		}
	}
}

// A program of the version before knows the time of day of a record alone, and what such a
// program has left has nothing else.
func TestRecordsOfTheVersionBefore(t *testing.T) {
	came := time.Now().UTC()
	old := fmt.Appendf(nil, `{"id":%q,"tenant":%q,"connection":%q,"received":%q,"ownClock":true,"version":2,"key":%q,"body":"e30="}`,
		tenant, tenant, tenant, came.Add(-24*time.Hour).Format(time.RFC3339Nano), fmt.Sprintf("%064d", 7))
	w := &watch{set: -24 * time.Hour}
	w.runs(0)
	got, err := unpack(old, w, "this")
	if err != nil || got.Received.Sub(came).Abs() > time.Second {
		t.Errorf("received %s, %v", got.Received, err)
	}
}

// A program of the version before that drains our records judges nothing by itself, so what
// is from the future says so, as the inbox would find it. Of what nobody is sure when it
// came nobody can tell.
func TestARecordSaysWhatIsSurelyFromTheFuture(t *testing.T) {
	came := time.Now().UTC().Truncate(time.Millisecond)
	for name, c := range map[string]struct {
		sure   bool
		issued time.Time
		reason string
		want   string
	}{
		"two minutes ahead":             {true, came.Add(2 * time.Minute), "", ""},
		"more":                          {true, came.Add(2*time.Minute + time.Millisecond), "", "FUTURE_TIME"},
		"more, and nobody is sure":      {false, came.Add(time.Hour), "", ""},
		"unreadable, and keeps why":     {true, time.Time{}, "UNREADABLE_JSON", "UNREADABLE_JSON"},
		"judged before, and keeps that": {true, came.Add(time.Hour), "OTHER", "OTHER"},
	} {
		d := inbox.Delivery{ID: tenant, Quarantine: c.reason, Event: event.Event{Issued: c.issued}}
		packed, err := pack(d, arrival{at: came, known: true, sure: c.sure}, "this")
		if err != nil {
			t.Fatal(err)
		}
		var before struct{ Quarantine string } // as the version before reads it
		if err := json.Unmarshal(packed, &before); err != nil || before.Quarantine != c.want {
			t.Errorf("%s: %q, want %q, %v", name, before.Quarantine, c.want, err)
		}
	}
}
