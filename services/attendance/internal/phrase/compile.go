package phrase

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Compile checks settings as a whole and makes their matcher. The error is a fault that names every bad field at
// once: phrases.CLOCK_IN[0], triggerWords[1], triggerPosition.
func Compile(s Settings) (*Matcher, error) {
	c := compiler{matcher: &Matcher{needs: len(s.Triggers) > 0, head: s.Position == Head}, seen: map[string]string{}}
	for _, kind := range timeclock.Kinds() {
		c.list("phrases."+string(kind), s.Phrases[kind], entry{kind: kind})
	}
	c.list("triggerWords", s.Triggers, entry{})
	for kind := range s.Phrases {
		if !kind.Valid() {
			c.bad("phrases", unknownKind)
		}
	}
	if s.Position != "" && s.Position != Anywhere && s.Position != Head {
		c.bad("triggerPosition", unknownPosition)
	}
	if len(c.fields) > 0 {
		return nil, fault.Invalid(c.fields...)
	}
	return c.matcher, nil
}

type compiler struct {
	matcher *Matcher
	seen    map[string]string // folded phrase -> where it stands
	fields  []fault.Field
}

func (c *compiler) bad(path string, p problem) {
	c.fields = append(c.fields, fault.Field{Path: path, Reason: p.reason, Text: p.text})
}

func (c *compiler) list(path string, words []string, e entry) {
	if len(words) > MaxPhrases {
		c.bad(path, tooMany)
		words = words[:MaxPhrases]
	}
	for i, word := range words {
		e.written = word
		c.word(fmt.Sprintf("%s[%d]", path, i), e)
	}
}

func (c *compiler) word(path string, e entry) {
	folded := strings.TrimSpace(Fold(e.written))
	if p, bad := check(e.written, folded); bad {
		c.bad(path, p)
		return
	}
	if other, taken := c.seen[folded]; taken {
		c.bad(path, duplicate(other))
		return
	}
	c.seen[folded] = path
	if e.kind == "" {
		c.matcher.triggers.add(folded, e)
		return
	}
	c.matcher.phrases.add(folded, e)
}

func check(written, folded string) (problem, bool) {
	switch {
	case !utf8.ValidString(written):
		return badCharacter, true
	case strings.ContainsFunc(strings.TrimSpace(written), forbidden):
		return badCharacter, true
	case !strings.ContainsFunc(folded, unicode.IsGraphic):
		return empty, true
	case len(folded) > MaxRunes*utf8.UTFMax || utf8.RuneCountInString(folded) > MaxRunes:
		return tooLong, true
	case uniseg.GraphemeClusterCount(folded) > MaxGraphemes:
		return tooLong, true
	}
	return problem{}, false
}

// forbidden runes cannot be seen and change how a line is shown: controls, line ends and writing-direction marks.
func forbidden(r rune) bool {
	switch {
	case unicode.IsControl(r), r == utf8.RuneError:
		return true
	case r == 0x2028, r == 0x2029, r == 0x200E, r == 0x200F, r == 0x061C:
		return true
	}
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
