package phrase

import (
	"slices"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// maxPlaces is how many places of one word an explanation has.
const maxPlaces = 20

// Explanation is a reading with what it was made of.
type Explanation struct {
	timeclock.Reading
	Found     []Found // the phrases, then the trigger words, each in the order of the text; of a word the first places
	TooLong   bool    // the text is longer than MaxText and was not looked at
	Misplaced bool    // a trigger word is there, but not at the head as it must
	Mentioned bool    // phrases are there, but only in the mentions at the head, where they do not count
}

// Found is a phrase or trigger word in a text.
type Found struct {
	Kind       timeclock.Kind // empty for a trigger word
	Written    string         // as the settings spell it
	Start, End int            // the bytes of the text that are it
}

// Explain reads a message as Match does and says where everything stands.
func (m *Matcher) Explain(text string) Explanation {
	f := folder{limit: MaxText, trace: true}
	s, ok := m.scan(text, &f)
	if !ok {
		return Explanation{Reading: timeclock.Reading{Miss: timeclock.MissPhrase}, TooLong: true}
	}
	e := Explanation{Reading: m.read(s)}
	p := places{text: text, from: f.from, starts: s.starts, times: map[*entry]int{}}
	for at, found := range s.phrases(s.head) {
		e.Found = p.add(e.Found, at, found)
	}
	if len(e.Found) == 0 {
		e.Mentioned = slices.ContainsFunc(s.found, func(p pair) bool { return p.phrase != 0 })
	}
	for at, found := range s.triggers() {
		e.Found = p.add(e.Found, at, found)
		e.Misplaced = e.Miss == timeclock.MissTrigger
	}
	return e
}

// places knows where in the text each token came from.
type places struct {
	text   string
	from   []int // of each byte of the folded text: its offset in the text
	starts []int // of each token: its offset in the folded text
	times  map[*entry]int
}

func (p places) add(found []Found, at int, e *entry) []Found {
	if p.times[e]++; p.times[e] > maxPlaces {
		return found
	}
	return append(found, p.find(at, e))
}

func (p places) find(at int, e *entry) Found {
	f := Found{Kind: e.kind, Written: e.written, Start: p.from[p.starts[at]], End: len(p.text)}
	end := len(p.from)
	if at+e.tokens < len(p.starts) {
		end = p.starts[at+e.tokens]
	}
	for last := p.from[end-1]; end < len(p.from); end++ { // one character can become several: ㈱ is (株)
		if p.from[end] != last {
			f.End = p.from[end]
			break
		}
	}
	return f
}
