package outbound

import (
	"slices"
	"strings"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

const (
	// behindAfter is how long a message waits before others go with it: until
	// then everybody gets an answer of their own.
	behindAfter = 3 * time.Second
	// lateAfter is the age from which messages say that they are late, and of which
	// day they speak.
	lateAfter = 30 * time.Minute
	// MaxRiders may go with a message.
	MaxRiders = 63
)

// old tells a message about something so long ago that the reader must be told when
// it was. It may be young itself, when its event had to wait. What has buttons asks
// for something and states nothing that could have changed.
func (m Message) old(now time.Time) bool {
	since := m.Created
	if !m.Said.IsZero() && m.Said.Before(since) {
		since = m.Said
	}
	return len(m.Content.Buttons) == 0 && now.Sub(since) >= lateAfter
}

// late tells a confirmation that only a digest may bring.
func (m Message) late(now time.Time) bool { return m.Priority == Confirmation && m.old(now) }

// Takes is the priority of what goes with the message: one that is overdue takes
// others that are, anything else confirmations.
func (m Message) Takes() Priority {
	if m.Priority == Overdue {
		return Overdue
	}
	return Confirmation
}

// Gather makes the letter of a message and of what waits for the same recipient,
// in the order in which it came. A confirmation that had to wait takes the
// confirmations behind it along; a problem takes those before it along, so that
// nobody reads answers in another order than they were given.
func Gather(head Message, waiting []Message, now time.Time) Letter {
	l := Letter{ID: head.ID, Messages: []Message{head}, Digest: head.old(now)}
	for _, m := range waiting {
		if m.ID == head.ID || !joins(head, m, l.Digest, now) {
			continue
		}
		next := l
		next.Messages = append(slices.Clone(l.Messages), m)
		if head.Priority == Problem {
			next.Messages = slices.Insert(slices.Clone(l.Messages), len(l.Messages)-1, m)
		}
		if !next.fits() || len(l.Messages) > MaxRiders {
			break
		}
		l = next
	}
	return l
}

func joins(head, m Message, digest bool, now time.Time) bool {
	switch {
	case m.Priority != head.Takes():
		return false
	case head.Priority == Problem:
		return !m.Created.After(head.Created) && !m.late(now)
	case digest:
		return len(m.Content.Buttons) == 0
	case head.Priority == Confirmation:
		return now.Sub(head.Created) >= behindAfter
	}
	return false
}

// fits tells that no language is longer than the platform takes.
func (l Letter) fits() bool {
	content := l.Content()
	limit := lineworks.MaxText
	if len(content.Buttons) > 0 {
		limit = lineworks.MaxPrompt
	}
	return !slices.ContainsFunc(content.Texts, func(t lineworks.Text) bool { return !lineworks.Fits(t.Text, limit) })
}

// Content is what the recipient reads: of a single message sent for the first
// time exactly its own words. Several messages stand line by line in every
// language that any of them has; buttons are those of the last that has some.
func (l Letter) Content() lineworks.Message {
	out := l.Messages[0].Content
	if len(l.Messages) == 1 && l.Messages[0].Ambiguous == 0 && !l.Digest {
		return out
	}
	out.Texts = nil
	for _, language := range l.languages() {
		out.Texts = append(out.Texts, lineworks.Text{Language: language, Text: l.text(language)})
	}
	for _, m := range l.Messages {
		if len(m.Content.Buttons) > 0 {
			out.Buttons = m.Content.Buttons
		}
	}
	return out
}

func (l Letter) languages() []string {
	var out []string
	for _, m := range l.Messages {
		for _, t := range l.textsOf(m) {
			if !slices.Contains(out, t.Language) {
				out = append(out, t.Language)
			}
		}
	}
	return out
}

func (l Letter) text(language string) string {
	var lines []string
	if l.Digest {
		lines = append(lines, inLanguage(digestHeading, language))
	}
	for _, m := range l.Messages {
		lines = append(lines, m.again(language)+in(l.textsOf(m), language))
	}
	return strings.Join(lines, "\n")
}

// textsOf are the words of a message in this letter.
func (l Letter) textsOf(m Message) []lineworks.Text {
	if l.Digest && len(m.Late) > 0 {
		return m.Late
	}
	return m.Content.Texts
}

// in is the text in a language, or the default text.
func in(texts []lineworks.Text, language string) string {
	for _, t := range texts {
		if t.Language == language {
			return t.Text
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return texts[0].Text
}

// again marks a text that may have arrived before, with a number by which two
// copies are known to be one.
func (m Message) again(language string) string {
	if m.Ambiguous == 0 {
		return ""
	}
	return strings.ReplaceAll(inLanguage(againMark, language), "{receipt}", m.receipt())
}

// receipt is a short number of the message.
func (m Message) receipt() string {
	digits := strings.ToUpper(strings.ReplaceAll(m.ID, "-", ""))
	return digits[max(len(digits)-6, 0):]
}

// Alone tells a message that nothing goes with, so that nobody need look.
func (m Message) Alone(now time.Time) bool {
	return m.Apart || m.Priority == Refused || m.Priority == Confirmation && now.Sub(m.Created) < behindAfter
}

// Tried tells that some message was sent before.
func (l Letter) Tried() bool {
	return slices.ContainsFunc(l.Messages, func(m Message) bool { return m.Attempts > 0 })
}
