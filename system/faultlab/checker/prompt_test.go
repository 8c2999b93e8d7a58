package checker

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/recorder"
)

// What was refused, late or without an answer counts against the doors; what was forged does not, nor what went to a
// door while its process was gone.
func TestWhatDoorsAreJudgedFor(t *testing.T) {
	b := newBench(t)
	start := issued.Add(time.Hour)
	b.write(recorder.Entry{Event: &recorder.Event{ID: 1, Tenant: company, Connection: bot, Issued: issued, Verdict: recorder.Recorded}})
	b.write(recorder.Entry{Event: &recorder.Event{ID: 2, Tenant: company, Connection: bot, Issued: issued, Verdict: recorder.Never}})
	b.write(recorder.Entry{Gone: &recorder.Gone{Door: 1, Since: start.Add(time.Minute), Until: start.Add(2 * time.Minute)}})
	for n, d := range []struct {
		event  int64
		door   int
		at     time.Duration
		took   time.Duration
		result string
	}{
		{1, 0, 0, 1500 * time.Millisecond, recorder.OK}, // counted, and prompt
		{1, 0, 0, 1501 * time.Millisecond, recorder.OK}, // counted
		{1, 0, 0, time.Second, recorder.Refusal},        // counted
		{1, 0, 0, time.Second, recorder.Unknown},        // counted
		{2, 0, 0, time.Second, recorder.Refusal},
		{1, 0, time.Minute, time.Second, recorder.OK},     // counted, and prompt: the other door was gone
		{1, 1, 3 * time.Minute, time.Second, recorder.OK}, // counted, and prompt: it was there again
		{1, 1, 59 * time.Second, 2 * time.Second, recorder.Unknown},
		{1, 1, 90 * time.Second, time.Second, recorder.Unknown},
		{1, 1, 119 * time.Second, 2 * time.Second, recorder.OK},
	} {
		b.write(recorder.Entry{Attempt: &recorder.Attempt{ID: int64(n), Event: d.event, Door: d.door, At: start.Add(d.at)}})
		b.write(recorder.Entry{Result: &recorder.Result{Attempt: int64(n), Result: d.result, At: start.Add(d.at + d.took)}})
	}
	if err := Load(t.Context(), b.conn, b.path); err != nil {
		t.Fatal(err)
	}
	asked, prompt, err := Prompt(t.Context(), b.conn)
	if err != nil || asked != 6 || prompt != 3 {
		t.Errorf("%d of %d, %v; want 3 of 6", prompt, asked, err)
	}
}
