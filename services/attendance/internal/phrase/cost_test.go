package phrase

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// fill is text of a unit, as long as is looked at; longText is longer by one unit.
func fill(unit string) string     { return strings.Repeat(unit, MaxText/len(unit)) }
func longText(unit string) string { return strings.Repeat(unit, MaxText/len(unit)+1) }

// hardest are the longest texts on which folding, clusters and matching work hardest.
func hardest() map[string]string {
	return map[string]string{
		"latin":      fill("a"),
		"capitals":   fill("Ａ"),
		"cyrillic":   fill("Ж"),
		"japanese":   fill("今日も一日よろしくお願いします。"),
		"half-width": fill("ｶﾞ"),
		"hangul":     fill("한"),
		"families":   fill("👨‍👩‍👧‍👦"),
		"tones":      fill("👍🏽"),
		"flags":      fill("🇯"),
		"joiners":    fill("👨\u200D"),
		"one mark":   fill("\u0301"),
		"two marks":  fill("\u0301\u0327"),
		"expanding":  fill("\uFDFA"),
		"selectors":  fill("\uFE0F"),
		"mentions":   fill("@a "),
		"almost":     fill(strings.Repeat("a", MaxGraphemes-1)),
		"broken":     fill("\xff"),
		"invisible":  fill("\u3164"),
	}
}

// fullest are settings as large as can be, whose words begin and end alike and which are made of what is in hardest.
func fullest(unit string) Settings {
	s := Settings{Phrases: map[timeclock.Kind][]string{}}
	word := func(i, n int) string {
		return strings.Repeat(unit, n/len(split(Fold(unit)))) + fmt.Sprintf("%c%c", '一'+i, '丁'+n)
	}
	for i, kind := range timeclock.Kinds() {
		for n := range MaxPhrases {
			s.Phrases[kind] = append(s.Phrases[kind], word(i, MaxGraphemes-2-n))
		}
	}
	for n := range MaxPhrases {
		s.Triggers = append(s.Triggers, word(len(timeclock.Kinds()), MaxGraphemes-2-n))
	}
	return s
}

// Finding takes at most two steps a token and pass, whatever the settings: the bound of Aho and Corasick. A search
// that starts anew at each token would take as many steps as the phrases are long.
func TestStepsDoNotDependOnSettings(t *testing.T) {
	for name, text := range hardest() {
		for _, unit := range []string{"a", "👍", "🇯🇵", "@a ", "ж", "한"} {
			m := compile(t, fullest(unit))
			s, ok := m.scan(text, &folder{limit: MaxText})
			if !ok {
				continue
			}
			if most := 2 * 2 * (len(s.tokens) + len(s.toneless)); s.steps > most {
				t.Errorf("%s with phrases of %q: %d steps for %d tokens", name, unit, s.steps, len(s.tokens))
			}
		}
	}
	m := compile(t, fullest("a"))
	if s, _ := m.scan(fill("a"), &folder{limit: MaxText}); s.steps < len(s.tokens) {
		t.Errorf("%d steps: nothing was counted", s.steps)
	}
}

// What is folded never grows beyond the limit, and nobody's phrase is in what was cut.
func TestFoldedTextIsBounded(t *testing.T) {
	m := compile(t, clockIn("صلى"))
	f := folder{limit: MaxText}
	if _, ok := m.scan(fill("\uFDFA"), &f); ok || len(f.folded) > MaxText+longestFold*4 {
		t.Errorf("%d bytes looked at: %t", len(f.folded), ok)
	}
	if got := m.Match(longText("\uFE0F") + "صلى"); got.Miss != timeclock.MissPhrase {
		t.Errorf("too long as written: %+v", got)
	}
	if got := m.Match("\uFDFA"); got.Kind != timeclock.ClockIn {
		t.Errorf("short: %+v", got)
	}
}

// The number of allocations does not grow with the settings, and hardly with the text.
func TestAllocations(t *testing.T) {
	for name, text := range hardest() {
		small, large := compile(t, Default()), compile(t, fullest("a"))
		few := testing.AllocsPerRun(1, func() { small.Match(text) })
		many := testing.AllocsPerRun(1, func() { large.Match(text) })
		if many > 64 || many > few+2 {
			t.Errorf("%s: %v allocations with few phrases, %v with many", name, few, many)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(hardest())) {
		text := hardest()[name]
		for _, unit := range []string{"a", "👍"} {
			m := compile(b, fullest(unit))
			b.Run(name+"/"+unit, func(b *testing.B) {
				for b.Loop() {
					m.Match(text)
				}
			})
		}
	}
}

// BenchmarkNew is what the first message under a version of the settings costs more: they are compiled for it.
func BenchmarkNew(b *testing.B) {
	for _, unit := range []string{"a", "👨‍👩‍👧‍👦", "ж"} {
		s := fullest(unit)
		b.Run(unit, func(b *testing.B) {
			for b.Loop() {
				New(s)
			}
		})
	}
}
