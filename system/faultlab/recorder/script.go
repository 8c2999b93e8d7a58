package recorder

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// step is what lies between two issued times, so that times are odd to the
// millisecond and no two minutes of a person's answers are the same.
const step = 13_337 * time.Millisecond

// lockedBack is how far back those write whose periods are submitted.
const lockedBack = 45 * 24 * time.Hour

// kinds are the punches by what is written.
var kinds = []struct{ text, kind string }{
	{"出勤", "CLOCK_IN"}, {"休憩", "BREAK_START"}, {"復帰", "BREAK_END"}, {"退勤", "CLOCK_OUT"},
}

// script makes events, the same ones for the same seed until a URL is withdrawn.
type script struct {
	lines []*Line     // silent ones
	loud  []*Line     // those that answer
	left  []*Line     // those whose URL is withdrawn
	gone  func() bool // tells that it is; nil: never
	dice  *rand.Rand
	base  time.Time
	n     int64
	speak int      // every how many events one goes to a line that answers
	twin  *written // comes next, in the same millisecond as the one before
}

// written is an event with its letter.
type written struct {
	Event
	letter
}

// next makes the next event.
func (s *script) next() written {
	s.n++
	if s.twin != nil {
		w := *s.twin
		s.twin, w.ID = nil, s.n
		return w
	}
	lines := s.lines
	if len(s.loud) > 0 && s.n%int64(s.speak) == 0 {
		lines = s.loud
	}
	if len(s.left) > 0 && s.gone != nil && s.gone() && s.dice.IntN(40) == 0 {
		lines = s.left
	}
	line := lines[s.dice.IntN(len(lines))]
	if len(line.Twins) == 2 && s.dice.IntN(12) == 0 {
		return s.twins(line)
	}
	who := line.People[s.dice.IntN(len(line.People))]
	w := written{letter: letter{line: line, issued: s.base.Add(time.Duration(s.n) * step).Truncate(time.Millisecond)}}
	if who.Locked {
		w.issued = w.issued.Add(-lockedBack)
	}
	w.user = who.User
	if line.Old {
		w.user = who.Login
	}
	if line.Room != "" && s.dice.IntN(5) == 0 {
		w.room = line.Room
	}
	w.Event = Event{ID: s.n, Tenant: line.Tenant, Connection: line.Connection, User: w.user, Person: who.Name, Employee: who.Employee, Issued: w.issued}
	s.say(&w, who)
	return w
}

// twins are two events in one millisecond, whose senders and rooms are the same
// letters when nothing stands between the two.
func (s *script) twins(line *Line) written {
	at := s.base.Add(time.Duration(s.n) * step).Truncate(time.Millisecond)
	var both [2]written
	for k, who := range line.Twins {
		w := written{letter: letter{line: line, issued: at, user: who.Login}}
		w.Event = Event{ID: s.n, Tenant: line.Tenant, Connection: line.Connection, User: w.user, Person: who.Name, Employee: who.Employee, Issued: at}
		w.text("出勤", Recorded, "", "CLOCK_IN")
		w.Answered = false
		both[k] = w
	}
	both[0].room = line.Room
	s.twin = &both[1]
	return both[0]
}

// say chooses what is written and tells what must become of it.
func (s *script) say(w *written, who Person) {
	switch roll := s.dice.IntN(100); {
	case w.line.Leaving:
		w.text("出勤", Refused, "TOKEN_REVOKED", "")
		w.Answered, w.Withdrawn = false, true
	case roll < 2 || w.line.Revoked:
		w.forged = !w.line.Revoked
		w.text("出勤", Never, "", "")
	case roll < 4: // PostgreSQL takes no text with a NUL in it
		w.text(fmt.Sprintf("雑談 \x00 %d", s.n), Ignored, "NO_PHRASE", "")
	case roll < 20:
		w.text(fmt.Sprintf("雑談 %d", s.n), Ignored, "NO_PHRASE", "")
	case roll < 24:
		w.content, w.Text = `{"type":"sticker","packageId":"1","stickerId":"2"}`, "(sticker)"
		w.Verdict, w.Reason, w.Answered = Ignored, "UNSUPPORTED_CONTENT", w.room == ""
	case who.Employee == "":
		w.text("出勤", Refused, "UNLINKED", "")
	case roll < 28:
		w.text("出勤 退勤", Refused, "AMBIGUOUS", "")
	default:
		punch := kinds[s.dice.IntN(len(kinds))]
		if who.Locked {
			w.text(punch.text, Refused, "SUBMITTED", "")
		} else {
			w.text(punch.text, Recorded, "", punch.kind)
		}
	}
	w.Answered = w.Answered && w.line.Speaks
}

func (w *written) text(text, verdict, reason, kind string) {
	quoted, _ := json.Marshal(text) // texts have no invalid UTF-8
	w.content = `{"type":"text","text":` + string(quoted) + `}`
	w.Text, w.Verdict, w.Reason, w.Kind = strings.ReplaceAll(text, "\x00", "(NUL)"), verdict, reason, kind
	w.Answered = verdict == Recorded || verdict == Refused
}
