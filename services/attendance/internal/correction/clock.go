package correction

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// clock is a time as written; past midnight of its day it has more than 24 hours.
type clock struct{ hour, minute int }

// longestDay is how many hours the clock of one business day can show.
const longestDay = 48

func (c clock) valid() bool { return c.hour < longestDay && c.minute < 60 }

// clockForms are 9:00, 9.00, 900 and 0900, 9時, 9時5分 and 9時半.
var clockForms = []*regexp.Regexp{
	regexp.MustCompile(`^(\d{1,2})[:.](\d{2})$`), regexp.MustCompile(`^(\d{1,2})(\d{2})$`),
	regexp.MustCompile(`^(\d{1,2})時(?:(\d{1,2})分)?$`), regexp.MustCompile(`^(\d{1,2})時(半)$`),
}

func readClock(word string) (clock, bool) {
	word = spoken.ReplaceAllStringFunc(word, digits)
	for _, form := range clockForms {
		if part := form.FindStringSubmatch(word); part != nil {
			if part[2] == "半" {
				part[2] = "30"
			}
			return clock{number(part[1]), number(part[2])}, true
		}
	}
	return clock{}, false
}

// numerals are the digits as they are spoken, by what each is.
const numerals = "〇一二三四五六七八九"

// spoken is an hour or a minute as it is spoken: 九時, 十八時, 二十五分.
var spoken = regexp.MustCompile(`([二三四五]?十[一二三四五六七八九]?|[〇一二三四五六七八九])[時分]`)

// digits writes what is spoken in digits: 二十五分 is 25分.
func digits(said string) string {
	n := 0
	for _, r := range said {
		switch at := strings.IndexRune(numerals, r); {
		case r == '十':
			n = max(n, 1) * 10
		case at >= 0:
			n += at / len("〇")
		default:
			return strconv.Itoa(n) + string(r)
		}
	}
	return said
}

// hasTime tells whether there is something like a time anywhere in a text: 9:00, 9.00, 9時 and 九時, and not 9時間; also
// three or four digits, 0900, which are not the year 2026年. It looks at each character once.
func hasTime(text string) bool {
	var seen figures
	for _, r := range text {
		if seen.endIn(r) {
			return true
		}
		seen = seen.with(r)
	}
	return seen.endIn(0)
}

// figures are what of a text may become a time: the digits just before, those before the mark between them, and the
// last two characters.
type figures struct {
	digits, before int
	mark           rune // : or . between two runs of digits, as half-width
	last, earlier  rune
}

// endIn tells whether there is a time when this follows; 0 is the end of the text.
func (f figures) endIn(r rune) bool {
	counts := unicode.IsDigit(f.earlier) || strings.ContainsRune(numerals+"十", f.earlier)
	switch {
	case f.last == '時':
		return counts && r != '間' && r != '的'
	case unicode.IsDigit(r):
		return f.last == ':' && f.before > 0
	case f.mark == '.':
		return f.digits == 2 && f.before <= 2
	}
	return f.mark == 0 && (f.digits == 3 || f.digits == 4) && r != '年'
}

// with is what is seen when this follows.
func (f figures) with(r rune) figures {
	switch r {
	case '：':
		r = ':'
	case '．':
		r = '.'
	}
	next := figures{last: r, earlier: f.last}
	switch {
	case unicode.IsDigit(r):
		next.digits, next.before, next.mark = f.digits+1, f.before, f.mark
	case (r == ':' || r == '.') && f.digits > 0 && f.mark == 0:
		next.before, next.mark = f.digits, r
	}
	return next
}
