package phrase

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// worst makes the settings and texts on which the matcher works hardest: every start of the text walks deep into
// the phrases and none of them is there.
func worst(b *testing.B) map[string]string {
	b.Helper()
	return map[string]string{
		"deep":      strings.Repeat("a", 2000),
		"japanese":  strings.Repeat("今日も一日よろしくお願いします。", 125),
		"families":  strings.Repeat("👨‍👩‍👧‍👦", 2000/7),
		"marks":     "e" + strings.Repeat("\u0301", 1999),
		"expanding": strings.Repeat("\uFDFA", 2000),
	}
}

func BenchmarkMatch(b *testing.B) {
	s := Settings{Phrases: map[timeclock.Kind][]string{}}
	for _, kind := range timeclock.Kinds() {
		for i := range MaxPhrases {
			s.Phrases[kind] = append(s.Phrases[kind], strings.Repeat("a", 35)+fmt.Sprintf("%s%d", kind, i))
		}
	}
	m := compile(b, s)
	for name, text := range worst(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m.Match(text)
			}
		})
	}
	b.Run("64KiB", func(b *testing.B) {
		text := strings.Repeat("a", MaxText)
		for b.Loop() {
			m.Match(text)
		}
	})
}
