package phrase

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

var seeds = []string{
	"出勤", "@Bot 打刻 退勤", "👨‍👩‍👧‍👦", "休憩終了 休憩", "ｼｭｯｷﾝ", "🇦🇯🇵🇧", "\xff出勤", "か\u3099", "\uFDFA", "👍🏽👍", "1️⃣1", "ℹ️i",
	"e\u0327\u0301", "ᾳ", "\u1112\u1161\u11AB", "㈱ in", "👍\u200B🏽", "e\u0315\u0300\u05ae\u0300",
	"e" + strings.Repeat("\u0301\u0327\u0315", 30), strings.Repeat("\u05ae\u0315", 50) + "勤",
}

// Folding twice changes nothing, and canonically equal texts fold alike.
func FuzzFold(f *testing.F) {
	for _, text := range seeds {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := Fold(text)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%+q) = %+q, and folded again %+q", text, folded, again)
		}
		if !utf8.ValidString(folded) || len(folded) > longestFold*len(text) {
			t.Errorf("Fold(%+q) = %+q", text, folded)
		}
		if text = strings.ToValidUTF8(text, "\uFFFD"); strings.ContainsFunc(text, odd) {
			return
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if other := Fold(form.String(text)); other != folded && utf8.RuneCountInString(text) < 30 {
				t.Errorf("Fold(%+q) = %+q, and as form %d %+q", text, folded, form, other)
			}
		}
	})
}

// odd runes are dropped before marks are ordered, or decompose canonically into what is an emoji otherwise.
func odd(r rune) bool { return ignorable(r) || lettered(r) || r == utf8.RuneError }

func FuzzMatch(f *testing.F) {
	for _, text := range seeds {
		f.Add(text, "休憩終了", "👨", "打刻", false)
		f.Add(text, "in", "しゅっきん", "", true)
	}
	f.Fuzz(func(t *testing.T, text, one, two, trigger string, head bool) {
		s := Default()
		s.Phrases[timeclock.BreakEnd] = append(s.Phrases[timeclock.BreakEnd], one)
		s.Phrases[timeclock.ClockIn] = append(s.Phrases[timeclock.ClockIn], two, "👍")
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
		winnable(t, s, m)
		got, explained := m.Match(text), m.Explain(text)
		placed(t, text, explained)
		if explained.Reading != got {
			t.Errorf("%+q is %+v, and explained as %+v", text, got, explained.Reading)
		}
		if plain := slow(s, text); got != plain {
			t.Errorf("%+q is %+v, and %+v without the automaton", text, got, plain)
		}
		if other := compile(t, reversed(s)).Match(text); got != other {
			t.Errorf("order matters: %+v and %+v", got, other)
		}
	})
}

// winnable checks that settings that were accepted hide no phrase: each is read alone, or with any trigger word.
func winnable(t *testing.T, s Settings, m *Matcher) {
	t.Helper()
	const between = "\u0378" // assigned to nothing
	if strings.Contains(fmt.Sprint(s), between) {
		return
	}
	for kind, phrases := range s.Phrases {
		for _, p := range phrases {
			if len(s.Triggers) == 0 {
				if got := m.Match(p); got != (timeclock.Reading{Kind: kind, Phrase: p}) {
					t.Errorf("%+q alone is %+v", p, got)
				}
			}
			for _, trigger := range s.Triggers {
				if got := m.Match(trigger + between + p); got.Kind != kind || got.Phrase != p || got.Trigger == "" {
					t.Errorf("%+q with %+q is %+v", p, trigger, got)
				}
			}
		}
	}
}

// placed checks that what was found is where it is said to be.
func placed(t *testing.T, text string, e Explanation) {
	t.Helper()
	for _, f := range e.Found {
		if f.Start < 0 || f.Start >= f.End || f.End > len(text) {
			t.Fatalf("%+v in %d bytes", f, len(text))
		}
		there, want := Fold(text[f.Start:f.End]), folded(f.Written)
		if !strings.Contains(there, want) && !strings.Contains(string(toneless(nil, there)), want) {
			t.Errorf("%+q is %+q, not %+q", text[f.Start:f.End], there, f.Written)
		}
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
