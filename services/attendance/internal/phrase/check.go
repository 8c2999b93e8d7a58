package phrase

import (
	"strings"
	"unicode/utf8"
)

// check says what is wrong with one phrase or trigger word by itself, and how it is compared when nothing is.
func check(written string) (compared string, p problem, bad bool) {
	switch {
	case !utf8.ValidString(written) || strings.ContainsFunc(strings.TrimSpace(written), forbidden):
		return "", badCharacter, true
	case len(written) > maxBytes:
		return "", tooLong, true
	}
	compared = folded(written)
	switch {
	case !strings.ContainsFunc(compared, visible):
		return "", empty, true
	case utf8.RuneCountInString(compared) > MaxRunes || count(compared) > MaxGraphemes:
		return "", tooLong, true
	case loose(compared):
		return "", looseMark, true
	}
	return compared, p, false
}

func count(folded string) (n int) {
	for range clusters(folded) {
		n++
	}
	return n
}

// loose words begin or end with something that becomes one character with what stands beside it, so that they could
// not be found inside a sentence.
func loose(folded string) bool {
	const letter = "あ"
	last, _ := utf8.DecodeLastRuneInString(folded)
	if joins(last) {
		return true
	}
	sentence := letter + folded + letter
	first, final := 0, 0
	for start, end := range clusters(sentence) {
		if start == 0 {
			first = end
		}
		final = start
	}
	return first != len(letter) || final != len(sentence)-len(letter)
}

// joins reports the zero-width joiners, which make one character of two.
func joins(r rune) bool { return r == 0x200C || r == 0x200D }
