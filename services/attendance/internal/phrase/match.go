package phrase

import (
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// MaxText is the longest text in bytes that is looked at; longer text is no punch.
const MaxText = 64 << 10

// Matcher finds the punch in a message. It is immutable and safe for concurrent use; the zero value finds nothing.
type Matcher struct {
	phrases  trie
	triggers trie
	needs    bool // a trigger word is required
	head     bool // and must stand at the head
}

// Match reads a message. Mentions ("@Bot ") at its head are passed over. Where phrases overlap the longer one that
// covers the other counts; if what is left belongs to two kinds the message is ambiguous. The order of the
// settings makes no difference.
func (m *Matcher) Match(text string) timeclock.Reading {
	if len(text) > MaxText {
		return timeclock.Reading{Miss: timeclock.MissPhrase}
	}
	s := newScript(text)
	head := m.pastMentions(s)
	reading := m.find(s, head)
	if reading.Miss == timeclock.MissPhrase || !m.needs {
		return reading
	}
	trigger := m.trigger(s, head)
	if trigger == nil {
		return timeclock.Reading{Miss: timeclock.MissTrigger}
	}
	if reading.Miss == timeclock.MissNone {
		reading.Trigger = trigger.written
	}
	return reading
}

// pastMentions is where the message proper begins. A word that starts with @ is a mention unless the settings
// have a phrase or trigger word that starts there.
func (m *Matcher) pastMentions(s script) int {
	at := s.skipSpace(0)
	for at < len(s.text) && s.text[at] == '@' {
		phrase, _ := m.phrases.longest(s, at)
		trigger, _ := m.triggers.longest(s, at)
		if phrase != nil || trigger != nil {
			break
		}
		at = s.skipSpace(s.skipToken(at))
	}
	return at
}

// find looks for the longest phrase at every boundary and drops those that lie inside an earlier one.
func (m *Matcher) find(s script, start int) timeclock.Reading {
	reading := timeclock.Reading{Miss: timeclock.MissPhrase}
	covered := start
	for at := start; at < len(s.text); at++ {
		if !s.boundary[at] {
			continue
		}
		found, end := m.phrases.longest(s, at)
		if found == nil || end <= covered {
			continue
		}
		covered = end
		switch {
		case reading.Miss == timeclock.MissPhrase:
			reading = timeclock.Reading{Kind: found.kind, Phrase: found.written}
		case reading.Kind != found.kind:
			return timeclock.Reading{Miss: timeclock.MissAmbiguous}
		}
	}
	return reading
}

func (m *Matcher) trigger(s script, head int) *entry {
	if m.head {
		found, _ := m.triggers.longest(s, head)
		return found
	}
	for at := range s.boundary {
		if !s.boundary[at] {
			continue
		}
		if found, _ := m.triggers.longest(s, at); found != nil {
			return found
		}
	}
	return nil
}
