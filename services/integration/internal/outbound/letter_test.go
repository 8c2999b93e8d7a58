package outbound

import (
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// The time of an event is of LINE WORKS' clock, the time of reading of ours. Clocks
// that differ by minutes make no answer late; half an hour does, to the second.
func TestAnAnswerIsLateByHalfAnHourAndNotByAClock(t *testing.T) {
	said := func(ago time.Duration, buttons ...lineworks.Button) Message {
		return Message{ID: "m", Priority: Problem, Created: noon, Said: noon.Add(-ago), Late: []lineworks.Text{{Language: "ja_JP", Text: "11/24 12:00"}},
			Content: lineworks.Message{Texts: []lineworks.Text{{Language: "ja_JP", Text: "12:00"}}, Buttons: buttons}}
	}
	for name, c := range map[string]struct {
		m    Message
		read time.Duration
		late bool
	}{
		"our clock is ahead":         {said(10 * time.Minute), time.Second, false},
		"our clock is behind":        {said(-10 * time.Minute), time.Second, false},
		"just in time":               {said(20 * time.Minute), 10*time.Minute - time.Second, false},
		"its event is half an hour":  {said(20 * time.Minute), 10 * time.Minute, true},
		"behind, and waited":         {said(-2 * time.Hour), lateAfter, true},
		"it states nothing":          {said(time.Hour, lineworks.Button{}), 0, false},
		"no event, and just in time": {Message{Created: noon}, lateAfter - time.Second, false},
		"no event, and waited":       {Message{Created: noon}, lateAfter, true},
	} {
		if got := Gather(c.m, nil, noon.Add(c.read)); got.Digest != c.late {
			t.Errorf("%s: %q", name, got.Content().Texts)
		}
	}
}

// What a text needs in order to mention nobody counts, too: else the end of a letter would
// be cut off, and who wrote that would take it for answered.
func TestALetterIsMeasuredAsItIsSent(t *testing.T) {
	answer := func(id, part string) Message {
		text := strings.Repeat(part, 990/len(part))
		return Message{ID: id, Priority: Confirmation, Created: noon, Content: lineworks.Message{Texts: []lineworks.Text{{Language: "ja_JP", Text: text}}}}
	}
	for part, want := range map[string]int{"&lt;": 1, "abcd": 2} {
		head, next := answer("a", part), answer("b", part)
		if got := Gather(head, []Message{next}, noon.Add(behindAfter)); len(got.Messages) != want {
			t.Errorf("%s: %d answers in a letter", part, len(got.Messages))
		}
	}
}
