package phrase

import (
	"slices"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Position says where a trigger word must stand.
type Position string

// The positions. The empty position is Anywhere.
const (
	Anywhere Position = "ANYWHERE"
	Head     Position = "HEAD" // the first thing after mentions of the bot
)

// The limits of settings; they bound the cost of matching.
const (
	MaxPhrases   = 20  // phrases of one kind, and trigger words
	MaxGraphemes = 50  // characters, as a reader counts them, of one phrase
	MaxRunes     = 500 // code points of one phrase: any emoji of Unicode 18.0, fifty times, has less
	maxBytes     = 8 * MaxRunes
)

// Settings are the phrases and trigger words of one connection. The zero value matches nothing.
type Settings struct {
	Phrases  map[timeclock.Kind][]string
	Triggers []string // when there are any, a message must contain one of them too
	Position Position
}

// Bounded tells whether there are no more words, and no longer ones, than settings may have. Only of such settings can it
// be afforded to look at each pair of words.
func (s Settings) Bounded() bool {
	short := func(words []string) bool {
		return len(words) <= MaxPhrases && !slices.ContainsFunc(words, func(word string) bool { return len(word) > maxBytes })
	}
	for _, words := range s.Phrases {
		if !short(words) {
			return false
		}
	}
	return short(s.Triggers)
}

// Default is what a new connection starts with: words for the four common kinds, no trigger word. It may not change:
// punches name it as version 0.
func Default() Settings {
	return Settings{
		Phrases: map[timeclock.Kind][]string{
			timeclock.ClockIn:    {"出勤"},
			timeclock.BreakStart: {"休憩"},
			timeclock.BreakEnd:   {"復帰", "休憩終了"}, // 休憩終了 would begin a break if it were not known
			timeclock.ClockOut:   {"退勤"},
		},
		Position: Anywhere,
	}
}
