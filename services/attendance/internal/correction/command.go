package correction

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dakoku/dakoku/platform/glyph"
)

// Command is a text that asks for a correction, as far as it can be read without the company's phrases. The zero value
// asks for nothing.
type Command struct {
	moment moment
	timed  bool // there is a time that can be one
	meant  bool // it begins like a day or a time, or there is nothing but the command's word
	rest   string
}

// LongestReason is how many characters the reason of a wish has at most.
const LongestReason = 1000

// Read reads a text; ok is false for every text that is no command, whatever else it is. A command begins, after
// mentions, with the word 修正 or fix and a day or a time: 「修正しました」 is none. 修正 alone, 修正 before a phrase and what
// only begins like a time are commands, too, which are not complete (see IsOne). Width and case make no difference.
func Read(text string) (c Command, ok bool) {
	word, rest := cut(text)
	for strings.HasPrefix(word, "@") || strings.HasPrefix(word, "＠") {
		word, rest = cut(rest)
	}
	head := folded(word)
	if glued, begins := strings.CutPrefix(head, "修正"); begins && like(strings.TrimPrefix(glued, ":")) {
		return Command{meant: true}, true
	}
	if head != "修正" && head != "fix" {
		return Command{}, false
	}
	c.rest = rest
	next, after := cut(rest)
	c.meant = rest == "" || like(folded(next))
	day, isDay := readDay(folded(next))
	if isDay {
		c.moment.day, c.rest = day, after
		next, after = cut(after)
	}
	clock, shaped := readClock(folded(next))
	if shaped {
		c.moment.clock, c.rest, c.timed = clock, after, clock.valid()
	}
	return c, head == "修正" || c.meant && rest != ""
}

// IsOne tells whether the text is a command for a company in which a text is all of a phrase, or not: what has neither
// day nor time, like 「修正 完了しました」, is one only before a phrase.
func (c Command) IsOne(phrase func(string) bool) bool {
	_, _, found := c.Words(phrase)
	return found || c.meant
}

// longestPhrase is how many words of a command can be one phrase.
const longestPhrase = 4

// Words takes the phrase that the words after the time begin with, and the reason behind it.
func (c Command) Words(phrase func(string) bool) (said, reason string, found bool) {
	ends := []int{}
	for at := 0; at < len(c.rest) && len(ends) < longestPhrase; {
		word, rest := cut(c.rest[at:])
		if word == "" {
			break
		}
		end := strings.Index(c.rest[at:], word) + at + len(word)
		ends, at = append(ends, end), len(c.rest)-len(rest)
	}
	for i := len(ends) - 1; i >= 0; i-- {
		if said = strings.TrimSpace(c.rest[:ends[i]]); phrase(said) {
			return said, strings.TrimSpace(c.rest[ends[i]:]), true
		}
	}
	return "", "", false
}

// Says tells whether a reason can be kept: there is something to read, and it is not too long.
func Says(reason string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	return glyph.Any(reason) && utf8.RuneCountInString(reason) <= LongestReason && !strings.ContainsFunc(reason, control)
}

// cut takes the first word off a text, and the spaces around it.
func cut(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	at := strings.IndexFunc(text, unicode.IsSpace)
	if at < 0 {
		return text, ""
	}
	return text[:at], strings.TrimSpace(text[at:])
}

// longestWord bounds what is folded: a word of a command is short.
const longestWord = 40

func folded(word string) string {
	if len(word) > longestWord {
		return ""
	}
	return strings.ToLower(norm.NFKC.String(word))
}
