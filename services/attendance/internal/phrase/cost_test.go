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
		"sharp s":    fill("ß"),
		"iota":       fill("ᾴ"),
		"deseret":    fill("𐐀"),
		"cherokee":   fill("\uAB70"),
		"voiced":     fill("が")[:MaxText/2-1],
		"accents":    fill("é")[:MaxText*2/3-2],
		"marks":      fill("\u0315\u0300"),
		"prepended":  fill("\u0600a"),
		"swatches":   fill("a🏽"),
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

// endingAlike are the same settings with words of which all but the first two characters are alike.
func endingAlike(unit string) Settings {
	s := fullest(unit)
	turn := func(words []string) {
		for i, w := range words {
			runes := []rune(w)
			words[i] = string(runes[len(runes)-2:]) + string(runes[:len(runes)-2])
		}
	}
	for _, words := range s.Phrases {
		turn(words)
	}
	turn(s.Triggers)
	return s
}

// Finding takes at most two steps a token and pass, whatever the settings: the bound of Aho and Corasick. A search
// that starts anew at each token would take as many steps as the phrases are long.
func TestStepsDoNotDependOnSettings(t *testing.T) {
	for name, text := range hardest() {
		for _, unit := range []string{"a", "👍", "🇯🇵", "@a ", "ж", "한"} {
			for _, m := range []*Matcher{compile(t, fullest(unit)), compile(t, endingAlike(unit))} {
				s, ok := m.scan(text, &folder{limit: MaxText})
				if most := 2 * (len(s.tokens) + len(s.toneless)); ok && s.steps > most {
					t.Errorf("%s with phrases of %q: %d steps for %d tokens", name, unit, s.steps, len(s.tokens))
				}
			}
		}
	}
	m := compile(t, fullest("a"))
	if s, _ := m.scan(fill("a"), &folder{limit: MaxText}); s.steps < len(s.tokens) {
		t.Errorf("%d steps: nothing was counted", s.steps)
	}
}

// Compiling takes a few steps a character of the settings, although their words begin and end alike: it is done for
// the first message under a version. Comparing each word with each other would take a hundred times as many.
func TestStepsOfCompilingGrowWithTheWordsAlone(t *testing.T) {
	for _, unit := range []string{"a", "👍", "👨‍👩‍👧‍👦", "ab", "ж"} {
		s, tokens := fullest(unit), 0
		c := build(s)
		for _, w := range c.matcher.words {
			tokens += w.tokens
		}
		if steps := c.matcher.automaton.steps; tokens < 120*20 || steps < tokens || steps > 3*tokens {
			t.Errorf("%q: %d steps for %d characters in all", unit, steps, tokens)
		}
	}
}

// Nor is there an allocation for each of the characters.
func TestAllocationsOfCompiling(t *testing.T) {
	for _, unit := range []string{"a", "👨‍👩‍👧‍👦"} {
		s, words := fullest(unit), float64((len(timeclock.Kinds())+1)*MaxPhrases)
		if got := testing.AllocsPerRun(1, func() { New(s) }); got > 12*words {
			t.Errorf("%q: %v allocations for %v words", unit, got, words)
		}
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

// BenchmarkMatch has words that begin alike and words that end alike: those are read from the end of a text and looked
// for at each of its characters.
func BenchmarkMatch(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(hardest())) {
		text := hardest()[name]
		for _, unit := range []string{"a", "👍"} {
			m := compile(b, fullest(unit))
			if unit == "a" {
				m = compile(b, endingAlike(unit))
			}
			b.Run(name+"/"+unit, func(b *testing.B) {
				for b.Loop() {
					m.Match(text)
				}
			})
		}
	}
}

// BenchmarkFirst is the worst that one message may cost: the first of the longest under the largest settings.
func BenchmarkFirst(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(hardest())) {
		text, s := hardest()[name], fullest("👨‍👩‍👧‍👦")
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				New(s).Match(text)
			}
		})
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
