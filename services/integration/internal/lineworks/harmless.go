package lineworks

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// bracket stands for a "<" that begins a mention: it looks the same and, unlike
	// the full-width "＜", no normal form of Unicode makes it one.
	bracket = "〈"
	// maxReference is more than the longest name of a character in HTML has.
	maxReference = 40
)

// What to look for in what fold makes of a text.
var (
	mention   = regexp.MustCompile(`< */? *m`)              // the start of LINE WORKS' markup
	reference = regexp.MustCompile(`^&(#|[a-z][a-z0-9]*;)`) // a character by its number or name
)

// undirected takes the characters out that turn the direction of writing: the
// sentence around a name keeps its order.
func undirected(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
}

// unmentioned breaks what is a mention, or what a reader would take for one who is
// more generous than the documentation: who joins wide and narrow letters, skips
// what cannot be seen, or resolves character references as in HTML.
func unmentioned(text string) string {
	f := fold(text)
	breaks := map[int]string{} // by place in text, what comes instead of the rune there
	for _, at := range mention.FindAllStringIndex(f.letters, -1) {
		if !f.word(text, at[1]-1) {
			breaks[f.places[at[0]]] = bracket
		}
	}
	for i := range f.letters {
		if f.letters[i] == '&' && refers(f.letters[i:]) {
			breaks[f.places[i]] = "& "
		}
	}
	if len(breaks) == 0 {
		return text
	}
	var out strings.Builder
	for i, r := range text {
		if instead, broken := breaks[i]; broken {
			out.WriteString(instead)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// folded is a text as the most generous reader sees it: ASCII in lower case, every
// white space as a space, other scripts as U+001A, and nothing of what cannot be
// seen. places has for each letter where the rune that it comes from begins in the
// text, ends where it ends.
type folded struct {
	letters      string
	places, ends []int
}

func fold(text string) folded {
	var f folded
	var letters strings.Builder
	for i, r := range text {
		for _, part := range norm.NFKD.String(string(r)) {
			letter := folding(part)
			if letter == 0 {
				continue
			}
			letters.WriteByte(letter)
			f.places, f.ends = append(f.places, i), append(f.ends, i+utf8.RuneLen(r))
		}
	}
	f.letters = letters.String()
	return f
}

// folding is the letter of a rune; 0 for none: controls, marks on other letters and
// what cannot be seen.
func folding(r rune) byte {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.C, unicode.M, unicode.Other_Default_Ignorable_Code_Point):
		return 0
	case r >= utf8.RuneSelf:
		return '\x1a'
	}
	return byte(unicode.ToLower(r))
}

// word tells that a letter or digit stands right behind, as in "<mail>".
func (f folded) word(text string, at int) bool {
	end := f.ends[at]
	if end == len(text) {
		return false
	}
	next := unicode.ToLower(rune(text[end]))
	return 'a' <= next && next <= 'z' || '0' <= next && next <= '9'
}

// refers tells that a character reference begins with the "&" at the beginning.
// Old names need no semicolon.
func refers(letters string) bool {
	own := letters[:min(maxReference, len(letters))]
	if next := strings.IndexByte(own[1:], '&'); next >= 0 {
		own = own[:next+1]
	}
	return reference.MatchString(own) || html.UnescapeString(own) != own
}
