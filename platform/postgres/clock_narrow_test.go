package postgres

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// What a clock knows after each answer, in milliseconds of the database's time beyond
// our own: an answer tells the earliest and the latest.
func TestWhatAnAnswerTells(t *testing.T) {
	const ms = time.Millisecond
	start := time.Now()
	answer := func(after, early, late time.Duration) moment {
		near := start.Add(after)
		return moment{early: near.Add(early), late: near.Add(late), near: near}
	}
	for name, c := range map[string]struct {
		known       *moment
		answer      moment
		early, late time.Duration
	}{
		"the first":                            {nil, answer(0, -3000*ms, 0), -3000 * ms, 0},
		"a slow one, as when we stood still":   {new(answer(0, -2*ms, 1*ms)), answer(0, -3400*ms, 0), -2 * ms, 0},
		"a quicker one":                        {new(answer(0, -3400*ms, 0)), answer(0, -2*ms, -1*ms), -2 * ms, -1 * ms},
		"one that overlaps":                    {new(answer(0, -5*ms, -2*ms)), answer(0, -3*ms, 4*ms), -3 * ms, -2 * ms},
		"a clock that was set, even by a slow": {new(answer(0, -5*ms, -2*ms)), answer(0, 10*ms, 90*ms), 10 * ms, 90 * ms},
		"a clock that was set back":            {new(answer(0, -5*ms, -2*ms)), answer(0, -900*ms, -800*ms), -900 * ms, -800 * ms},
		"after a minute in which both may part": {
			new(answer(0, -2*ms, 1*ms)), answer(time.Minute, -500*ms, 500*ms), -8 * ms, 7 * ms},
	} {
		got := c.known.narrow(c.answer)
		if early, late := got.early.Sub(got.near), got.late.Sub(got.near); early != c.early || late != c.late {
			t.Errorf("%s: between %s and %s, want %s and %s", name, early, late, c.early, c.late)
		}
	}
}

// While little is known the clock shows the middle and promises no more than it knows,
// and asks again soon.
func TestWhatASlowAnswerIsGoodFor(t *testing.T) {
	start := time.Now()
	passed := time.Duration(0)
	c := NewUnsetClock(nil, func() time.Time { return start.Add(passed) })
	if got, known, sure := c.Latest(); !got.Equal(start) || known || sure || c.exact() {
		t.Error("never measured:", got, sure)
	}
	c.known.Store(&moment{early: start.Add(-3 * time.Second), late: start, near: start, day: start.Round(0)})
	passed = time.Second
	latest, known, sure := c.Latest()
	if now, late := c.Now().Sub(start), latest.Sub(start); now != -500*time.Millisecond || late < time.Second || late > time.Second+time.Millisecond || !known || !sure {
		t.Error(now, late, sure)
	}
	if c.exact() {
		t.Error("three seconds are exact")
	}
}

// Our count of time stands still while a machine sleeps, and the database's time goes
// on: until both are compared again nothing is sure.
func TestAMachineThatSleptIsNotSure(t *testing.T) {
	start := time.Now()
	for day, want := range map[time.Duration]bool{0: true, clockSlept / 2: true, time.Hour: false, -time.Hour: false} {
		c := NewUnsetClock(nil, func() time.Time { return start })
		c.known.Store(&moment{early: start, late: start, near: start, day: start.Round(0).Add(-day)})
		if _, _, sure := c.Latest(); sure != want || c.exact() != want {
			t.Errorf("%s of the time of day beside our count: sure %t, exact %t", day, sure, c.exact())
		}
	}
}

// What happened since the clock was made is dated by our count of time, also when it was
// measured only afterwards, and never by the time of day, which somebody may have set.
func TestWhatHappenedBeforeTheClockWasMeasured(t *testing.T) {
	start := time.Now()
	passed := time.Duration(0)
	c := NewUnsetClock(nil, func() time.Time { return start.Add(passed) })
	passed = time.Minute
	came := c.Read()
	if came.Count != time.Minute || !came.Day.Equal(start.Add(time.Minute)) || came.Day != came.Day.Round(0) || !c.At(came.Count).Equal(came.Day) {
		t.Error("before anybody measured:", came, c.At(came.Count))
	}
	passed = time.Hour
	far := start.Add(-23 * time.Hour) // a day and an hour behind
	near := start.Add(passed)
	c.known.Store(&moment{early: far, late: far, near: near, day: near.Round(0)})
	want := far.Add(-59 * time.Minute)
	if got := c.At(came.Count); got.Before(want) || got.After(want.Add(59*time.Minute/clockDrift+time.Millisecond)) {
		t.Errorf("dated %s, want %s or what two clocks may part more", got, want)
	}
}

// A time of day that is more than five seconds from the database's is told once, and when
// it is right again; not while nobody is sure.
func TestAClockThatIsFarOffIsTold(t *testing.T) {
	core, lines := observer.New(zap.InfoLevel)
	start := time.Now()
	c := NewUnsetClock(&DB{log: zap.New(core)}, func() time.Time { return start })
	registry := prometheus.NewRegistry()
	if err := c.Report(registry); err != nil {
		t.Fatal(err)
	}
	shown := func() float64 {
		families, err := registry.Gather()
		if err != nil || len(families) != 1 {
			t.Fatal(families, err)
		}
		return families[0].GetMetric()[0].GetGauge().GetValue()
	}
	if c.tellOff(false) || !math.IsNaN(shown()) {
		t.Error("compared with nothing:", shown())
	}
	off := false
	for i, step := range []struct {
		ahead, slept time.Duration
		off          bool
		lines        int
	}{
		{4 * time.Second, 0, false, 0}, {-6 * time.Second, 0, true, 1}, {6 * time.Second, 0, true, 1}, {0, time.Hour, true, 1},
		{-4 * time.Second, 0, false, 2}, {time.Hour, time.Hour, false, 2}, {-24 * time.Hour, 0, true, 3},
	} {
		far := step.ahead
		c.known.Store(&moment{early: start.Add(far), late: start.Add(far), near: start, day: start.Round(0).Add(-step.slept)})
		if off = c.tellOff(off); off != step.off || lines.Len() != step.lines || shown() != far.Seconds() {
			t.Errorf("%d: off %t, %d lines, %f", i, off, lines.Len(), shown())
		}
	}
}
