package lineworks

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxID     = 256  // characters of an id of a person
	maxCursor = 4096 // characters of a place in a list
)

// plausible tells a text of the platform that we can keep from one that is too
// long or that nobody means: with control characters, of which PostgreSQL does
// not store NUL; with marks that turn the direction of writing, which would make a
// list show another id; or with U+FFFD, as which JSON's halves of surrogate pairs are
// read, whichever they were: two people would have one id.
func plausible(text string, most int) bool {
	odd := func(r rune) bool {
		return unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r)
	}
	return utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, odd)
}
