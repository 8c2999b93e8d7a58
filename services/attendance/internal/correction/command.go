package correction

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dakoku/dakoku/platform/glyph"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Command is a text that asks for a correction, as far as it can be read without the company's phrases. The zero value
// asks for nothing.
type Command struct {
	moment moment
	timed  bool // there is a time that can be one
	meant  bool // a day or a time follows, or there is nothing but the command's word
	doubt  bool // there is something like a time or a day elsewhere
	rest   string
}

// LongestReason is how many characters the reason of a wish has at most.
const LongestReason = 1000

// Read reads a text; ok is false for every text that is no command, whatever else it is. A command begins, after
// mentions, with the word 修正 or fix and a day or a time: 「修正しました」 is none. 修正 alone, 修正 before a phrase and what
// only begins like a time are commands, too, which are not complete, and 0900 is a time only before a phrase (see In).
// What begins with 修正 and has a time or a day somewhere may have been meant as one (see In). Width and case make no
// difference, nor what stands before the word and is a mark.
func Read(text string) (c Command, ok bool) {
	text = bare(text)
	word, rest := cut(text)
	for strings.HasPrefix(word, "@") || strings.HasPrefix(word, "＠") {
		text = bare(rest)
		word, rest = cut(text)
	}
	head := strings.TrimRightFunc(folded(word), closes)
	if head != "修正" && head != "fix" {
		c.meant = stuck(head)
		c.doubt = begun.MatchString(folded(clip(word))) && hasMoment(text)
		return c, c.meant || c.doubt
	}
	c.rest = rest
	next, after := cut(rest)
	day, isDay := readDay(folded(next))
	c.meant = rest == "" || like(folded(next)) || isDay && head == "修正"
	c.doubt = hasMoment(rest)
	if isDay {
		c.moment.day, c.rest = day, after
		next, after = cut(after)
	}
	clock, shaped := readClock(folded(next))
	if shaped {
		c.moment.clock, c.rest, c.timed = clock, after, clock.valid()
	}
	return c, head == "修正" || (c.meant || c.doubt) && rest != ""
}

// begun is how a text goes on that begins like a command without being one: 修正 is a word of many others, fix0900 is none.
var begun = regexp.MustCompile(`^(修正|fix[^a-z])`)

// bare is a text without the marks before its first word: 【, ・ and what nobody sees. Emojis are no marks: they can be
// phrases.
func bare(text string) string {
	return strings.TrimLeftFunc(text, func(r rune) bool {
		mark := unicode.In(r, unicode.P, unicode.Z, unicode.Cf, unicode.Sm, unicode.No) || strings.ContainsRune("■□●○◎◆◇▲△▼▽★☆", r)
		return mark && r != '@' && r != '＠'
	})
}

// closes tells what may stand behind the word of a command: what separates it, and the end of what opened before it.
func closes(r rune) bool {
	return strings.ContainsRune(":,、。\"'", r) || unicode.In(r, unicode.Pe, unicode.Pf, unicode.Cf)
}

// stuck tells whether a day or a time stands behind the word of the command without a space.
func stuck(head string) bool {
	for _, name := range []string{"修正", "fix"} {
		if glued, ours := strings.CutPrefix(head, name); ours {
			return like(strings.TrimPrefix(glued, ":"))
		}
	}
	return false
}

// Request is what the words of a command ask for.
type Request struct {
	Kind   timeclock.Kind // none when there is no phrase
	Reason string         // what stands behind the phrase
	Clear  bool           // it says a kind, a day and a time that can be, and why; whether they are past, At knows
}

// longestPhrase is how many words of a command can be one phrase.
const longestPhrase = 4

// In reads a command where phrase knows the kind of a text that is all of a phrase. The phrase is the most of the words
// behind the time that is one; phrase is asked at most longestPhrase times. Asks is false when the text is no command
// there: what has neither day nor time, like 「修正 完了しました」, is one only before a phrase. Whoever wrote what begins
// like a command and has a time or a day elsewhere may have wanted to correct something: that asks, unclearly, where it would
// punch, as what is said in it is of another time; where it would be no punch it is left alone. Punches tells which,
// and is not called for any other text.
func (c Command) In(phrase func(string) (timeclock.Kind, bool), punches func() bool) (r Request, asks bool) {
	if r, found := c.request(phrase); found {
		return r, true
	}
	return Request{}, c.meant || c.doubt && punches()
}

// request is what a command asks for; found is false when no phrase stands behind the time.
func (c Command) request(phrase func(string) (timeclock.Kind, bool)) (r Request, found bool) {
	ends := c.ends()
	for i := len(ends) - 1; i >= 0; i-- {
		kind, found := phrase(strings.TrimSpace(c.rest[:ends[i]]))
		if !found {
			continue
		}
		r = Request{Kind: kind, Reason: strings.TrimSpace(c.rest[ends[i]:])}
		r.Clear = c.timed && c.moment.day.possible() && Says(r.Reason)
		return r, true
	}
	return Request{}, false
}

// ends are where the first words behind the time end.
func (c Command) ends() (ends []int) {
	for at := 0; at < len(c.rest) && len(ends) < longestPhrase; {
		word, rest := cut(c.rest[at:])
		if word == "" {
			break
		}
		end := strings.Index(c.rest[at:], word) + at + len(word)
		ends, at = append(ends, end), len(c.rest)-len(rest)
	}
	return ends
}

// Says tells whether a reason can be kept: there is something to read, and it is not too long.
func Says(reason string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	return utf8.RuneCountInString(reason) <= LongestReason && glyph.Any(reason) && !strings.ContainsFunc(reason, control)
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

// clip is how a word begins; its last character may be broken.
func clip(word string) string {
	return word[:min(len(word), longestWord)]
}

func folded(word string) string {
	if len(word) > longestWord {
		return ""
	}
	return strings.ReplaceAll(strings.ToLower(norm.NFKC.String(word)), "∶", ":")
}
