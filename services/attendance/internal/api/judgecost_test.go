package api

import (
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// hardestCommands are the longest texts that begin like a command, on which folding, clusters and matching work hardest.
func hardestCommands() map[string]string {
	texts := map[string]string{}
	for _, unit := range []string{"a", "Ａ", "ж", "あ", "한", "👨‍👩‍👧‍👦", "\u0315\u0300", "a ", "9:00 ", "1234年", "1.1 ", "..1 ", "1", "九", "@a ", "\u3164", "\uFE0F"} {
		for _, head := range []string{"修正 9:00 ", "修正 昨日 9:00 ", "修正 ", "修正", "fix 9:00 ", "@a 修正 a ", strings.Repeat("@a ", 1000) + "修正 9:00 "} {
			const tail = " b c d"
			text := head + strings.Repeat(unit, (phrase.MaxText-len(head)-len(tail))/len(unit)) + tail
			texts[head[:min(len(head), 20)]+unit] = text
		}
	}
	return texts
}

// largest are settings as large as can be, whose words begin alike.
func largest() phrase.Settings {
	s := phrase.Settings{Phrases: map[timeclock.Kind][]string{}}
	for i, kind := range timeclock.Kinds() {
		for n := range phrase.MaxPhrases {
			s.Phrases[kind] = append(s.Phrases[kind], strings.Repeat("a", phrase.MaxGraphemes-2-n)+string([]rune{rune('一' + i), rune('丁' + n)}))
		}
	}
	return s
}

// judging is what the words of an event cost, from reading to the kind of punch or wish.
func judging(text string, m *phrase.Matcher, rules timeclock.Rules) {
	e := readEvent(&attendancev1.ChatEvent{Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: text}}, SenderState: attendancev1.ChatEvent_LINKED})
	reading := sync.OnceValue(func() timeclock.Reading { return e.reading(m) })
	if _, _, asks := e.wish(m, rules, reading); !asks {
		reading()
	}
}

// taken is how many bytes something takes of the memory: what is looked at is copied into it, so that this grows with
// the texts that are looked at and with how often each is. Others in the process take some meanwhile, so that it is
// measured again while it is more than enough.
func taken(enough uint64, do func()) (least uint64) {
	least = math.MaxUint64
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		do()
		runtime.ReadMemStats(&after)
		if least = min(least, after.TotalAlloc-before.TotalAlloc); least <= enough {
			break
		}
	}
	return least
}

// A text is looked at as a whole once, whether it may be a command or not, when it is judged and when it is tried: the
// bound on what one costs is that of matching it.
func TestATextIsJudgedByOneLook(t *testing.T) {
	m := phrase.New(largest())
	calendar, err := timeclock.DefaultCalendar()
	if err != nil {
		t.Fatal(err)
	}
	enough := func(whole uint64) uint64 { return whole + whole/2 + 1<<14 } // some short pieces may be looked at besides
	for name, text := range hardestCommands() {
		whole := taken(0, func() { m.Match(text) })
		if got := taken(enough(whole), func() { judging(text, m, calendar.Rules) }); got > enough(whole) {
			t.Errorf("%q: %d bytes, to match it %d", name, got, whole)
		}
		whole = taken(0, func() { m.Explain(text) })
		if got := taken(enough(whole), func() { e := m.Explain(text); explainCommand(text, m, e.Kind != "") }); got > enough(whole) {
			t.Errorf("%q: tried, %d bytes, to explain it %d", name, got, whole)
		}
	}
}

// BenchmarkJudging has the worst that one message may cost under settings that are in memory.
func BenchmarkJudging(b *testing.B) {
	m := phrase.New(largest())
	calendar, err := timeclock.DefaultCalendar()
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range hardestCommands() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				judging(text, m, calendar.Rules)
			}
		})
	}
}
