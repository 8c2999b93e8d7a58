package phrase

import (
	"strings"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/glyph"
)

// check says what is wrong with one phrase or trigger word by itself, and how it is compared when nothing is: folded
// and in clusters.
func check(written string) (compared string, parts []string, p problem, bad bool) {
	switch {
	case !utf8.ValidString(written) || strings.ContainsFunc(strings.TrimSpace(written), forbidden):
		return "", nil, badCharacter, true
	case len(written) > maxBytes: // too much to fold
		return "", nil, lengthy(written), true
	}
	compared = folded(written)
	parts, whole := alone(compared)
	switch {
	case !glyph.Any(compared):
		return "", nil, empty, true
	case len(parts) > MaxGraphemes:
		return "", nil, tooLong, true
	case utf8.RuneCountInString(compared) > MaxRunes:
		return "", nil, tooComposed, true
	case !whole:
		return "", nil, looseMark, true
	}
	return compared, parts, p, false
}

// lengthy says what makes a text too long, its characters or what they are made of.
func lengthy(text string) problem {
	c := cut(text)
	for range MaxGraphemes + 1 {
		if _, end, _ := c.next(); end == 0 {
			return tooComposed
		}
	}
	return tooLong
}

// alone splits a word as it stands inside a sentence. It is not whole when it begins or ends with something that
// becomes one character with what stands beside it: then it could not be found there.
func alone(folded string) (parts []string, whole bool) {
	const letter = "あ"
	last, _ := utf8.DecodeLastRuneInString(folded)
	parts = split(letter + folded + letter)
	end := len(parts) - 1
	if end < 2 || parts[0] != letter || parts[end] != letter {
		return parts, false
	}
	return parts[1:end], !joins(last)
}

// joins reports the zero-width joiners, which make one character of two.
func joins(r rune) bool { return r == 0x200C || r == 0x200D }
