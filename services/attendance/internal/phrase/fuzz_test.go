package phrase

import (
	"slices"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func FuzzMatch(f *testing.F) {
	for _, text := range []string{"出勤", "@Bot 打刻 退勤", "👨‍👩‍👧‍👦", "休憩終了 休憩", "ｼｭｯｷﾝ", "🇦🇯🇵🇧", "\xff出勤", "か\u3099", "\uFDFA"} {
		f.Add(text, "休憩終了", "👨", "打刻", false)
		f.Add(text, "in", "しゅっきん", "", true)
	}
	f.Fuzz(func(t *testing.T, text, one, two, trigger string, head bool) {
		s := Default()
		s.Phrases[timeclock.BreakEnd] = append(s.Phrases[timeclock.BreakEnd], one)
		s.Phrases[timeclock.ClockIn] = append(s.Phrases[timeclock.ClockIn], two)
		if trigger != "" {
			s.Triggers = []string{trigger, "⏰"}
		}
		if head {
			s.Position = Head
		}
		m, err := Compile(s)
		if err != nil {
			return
		}
		got := m.Match(text)
		found(t, s, text, got)
		if other := compile(t, reversed(s)).Match(text); other.Kind != got.Kind || other.Miss != got.Miss || other.Phrase != got.Phrase {
			t.Errorf("order matters: %+v and %+v", got, other)
		}
	})
}

// found checks that a reading is really in the text and in the settings.
func found(t *testing.T, s Settings, text string, got timeclock.Reading) {
	t.Helper()
	if got.Miss != timeclock.MissNone {
		return
	}
	folded := Fold(text)
	if !slices.Contains(s.Phrases[got.Kind], got.Phrase) || !strings.Contains(folded, strings.TrimSpace(Fold(got.Phrase))) {
		t.Errorf("%q has no phrase %q of %s", text, got.Phrase, got.Kind)
	}
	if len(s.Triggers) > 0 && (!slices.Contains(s.Triggers, got.Trigger) || !strings.Contains(folded, strings.TrimSpace(Fold(got.Trigger)))) {
		t.Errorf("%q has no trigger %q", text, got.Trigger)
	}
}

func reversed(s Settings) Settings {
	r := Settings{Phrases: map[timeclock.Kind][]string{}, Triggers: slices.Clone(s.Triggers), Position: s.Position}
	slices.Reverse(r.Triggers)
	for kind, words := range s.Phrases {
		r.Phrases[kind] = slices.Clone(words)
		slices.Reverse(r.Phrases[kind])
	}
	return r
}
