package phrase

import (
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// MaxText is the longest text in bytes, as written and as folded, that is looked at; longer text is no punch. No
// callback can carry more. Text that grows beyond it when folded consists of ligatures that nobody types.
const MaxText = 64 << 10

// Matcher finds the punch in a message. It is immutable and safe for concurrent use; the zero value finds nothing.
// The time it takes grows with the text alone, not with the number or the length of the phrases.
type Matcher struct {
	vocabulary *vocabulary
	automaton  automaton
	words      []entry // by their numbers, the first of which is 1
	needs      bool    // a trigger word is required
	head       bool    // and must stand at the head
}

// word is a phrase or a trigger word as its owner spelled it.
type word struct {
	kind    timeclock.Kind // empty for a trigger word
	written string
	nth     int // where it stands in its list of the settings, from 0
}

// Match reads a message. Mentions ("@Bot ") at its head are passed over. Where phrases overlap the longer one that
// covers the other counts; if what is left belongs to two kinds the message is ambiguous. The order of the
// settings makes no difference. A text without a phrase that is nothing but a word for 取消 is one.
func (m *Matcher) Match(text string) timeclock.Reading {
	s, ok := m.scan(text, &folder{limit: MaxText})
	if !ok {
		return timeclock.Reading{Miss: timeclock.MissPhrase}
	}
	return m.read(s)
}

func (m *Matcher) read(s *scan) timeclock.Reading {
	reading := timeclock.Reading{Miss: timeclock.MissPhrase}
	for _, found := range s.phrases(s.head) {
		if reading.Miss == timeclock.MissNone && reading.Kind != found.kind {
			reading = timeclock.Reading{Miss: timeclock.MissAmbiguous}
			break
		}
		if reading.Miss == timeclock.MissPhrase {
			reading = timeclock.Reading{Kind: found.kind, Phrase: found.written}
		}
	}
	if reading.Miss == timeclock.MissPhrase {
		return m.undo(s)
	}
	if !m.needs {
		return reading
	}
	trigger := m.trigger(s)
	if trigger == nil {
		return timeclock.Reading{Miss: timeclock.MissTrigger}
	}
	if reading.Miss == timeclock.MissNone {
		reading.Trigger = trigger.written
	}
	return reading
}

// trigger is the trigger word that counts, or nil. The head of a message includes the mentions before it: a bot may
// be called by the trigger word.
func (m *Matcher) trigger(s *scan) *entry {
	for at, found := range s.triggers() {
		if m.head && at > s.head {
			return nil
		}
		return found
	}
	return nil
}
