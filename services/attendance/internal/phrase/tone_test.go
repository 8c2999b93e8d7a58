package phrase

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// A phrase without skin tones stands for all of them; one that has a tone is meant as it is, and goes first.
func TestSkinTones(t *testing.T) {
	m := compile(t, Settings{Phrases: map[timeclock.Kind][]string{
		timeclock.ClockIn:    {"👍", "👨‍💻", "🤝!"},
		timeclock.ClockOut:   {"👍🏽", "👋🏿👋"},
		timeclock.BreakStart: {"🏽", "☀️"},
		timeclock.BreakEnd:   {"👍👍"},
	}})
	for text, want := range map[string]timeclock.Reading{
		"👍":        hit(timeclock.ClockIn, "👍", ""),
		"👍🏿":       hit(timeclock.ClockIn, "👍", ""),
		"👍\uFE0F🏿": hit(timeclock.ClockIn, "👍", ""),
		"👍🏽":       hit(timeclock.ClockOut, "👍🏽", ""),
		"👍🏽👍🏽":     hit(timeclock.BreakEnd, "👍👍", ""),
		"👍🏽 👍🏽":    hit(timeclock.ClockOut, "👍🏽", ""),
		"👍🏽👍🏿 👍":   miss(timeclock.MissAmbiguous),
		"👨🏻‍💻":     hit(timeclock.ClockIn, "👨‍💻", ""),
		"👨🏻":       miss(timeclock.MissPhrase),
		"🤝🏼！":      hit(timeclock.ClockIn, "🤝!", ""),
		"👋🏿👋":      hit(timeclock.ClockOut, "👋🏿👋", ""),
		"👋🏿👋🏿":     miss(timeclock.MissPhrase),
		"🏽":        hit(timeclock.BreakStart, "🏽", ""),
		"休憩🏽🏽":     hit(timeclock.BreakStart, "🏽", ""),
		"👋🏽":       miss(timeclock.MissPhrase),
		"☀️🏿":      hit(timeclock.BreakStart, "☀️", ""),
		"🇯🇵🏽":      hit(timeclock.BreakStart, "🏽", ""),
	} {
		if diff := cmp.Diff(want, m.Match(text)); diff != "" {
			t.Errorf("Match(%q) (-want +got):\n%s", text, diff)
		}
	}
}
