package phrase

import (
	"strings"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Whole reads a text of which all is one phrase, but for spaces around it; ok is false for any other. Trigger words make
// no difference. A text that is longer than phrases can be is none, at no cost.
func (m *Matcher) Whole(text string) (reading timeclock.Reading, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxBytes {
		return timeclock.Reading{Miss: timeclock.MissPhrase}, false
	}
	s, ok := m.scan(text, &folder{limit: MaxText})
	if !ok {
		return timeclock.Reading{Miss: timeclock.MissPhrase}, false
	}
	for at, found := range s.phrases(0) {
		if at == 0 && found.tokens == len(s.tokens) {
			return timeclock.Reading{Kind: found.kind, Phrase: found.written}, true
		}
		break
	}
	return timeclock.Reading{Miss: timeclock.MissPhrase}, false
}
