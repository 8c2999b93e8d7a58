package recorder

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// To a URL that is withdrawn nothing is sent before, and afterwards only what must not
// become a punch.
func TestNothingGoesToALeavingLineBeforeItIsWithdrawn(t *testing.T) {
	people := []Person{{User: "u", Employee: "e"}}
	var gone bool
	s := &script{lines: []*Line{{People: people}}, left: []*Line{{People: people, Leaving: true}}, speak: 1,
		dice: rand.New(rand.NewPCG(1, 1)), base: time.Unix(0, 0), gone: func() bool { return gone }}
	for range 1000 {
		if w := s.next(); w.line.Leaving || w.Withdrawn {
			t.Fatalf("event %d goes to a line that leaves", w.ID)
		}
	}
	gone = true
	var late int
	for range 1000 {
		w := s.next()
		if w.line.Leaving != w.Withdrawn || w.Withdrawn && (w.Verdict != Refused || w.Reason != "TOKEN_REVOKED" || w.Answered || w.Kind != "") {
			t.Fatalf("event %d: %+v", w.ID, w.Event)
		}
		if w.Withdrawn {
			late++
		}
	}
	if late < 10 || late > 50 {
		t.Errorf("%d of 1000 events went to the withdrawn URL", late)
	}
}

// Some texts have a NUL, which the journal and the checker's tables cannot hold.
func TestANulIsSentAndNotKept(t *testing.T) {
	s := &script{lines: []*Line{{People: []Person{{User: "u", Employee: "e"}}}}, speak: 1, dice: rand.New(rand.NewPCG(1, 1)), base: time.Unix(0, 0)}
	var sent int
	for range 1000 {
		w := s.next()
		if strings.Contains(w.Text, "\x00") || strings.Contains(w.content, "\x00") {
			t.Fatalf("event %d has a bare NUL: %q", w.ID, w.content)
		}
		if strings.Contains(w.content, `\u0000`) {
			sent++
		}
	}
	if sent == 0 {
		t.Error("no text has a NUL")
	}
}
