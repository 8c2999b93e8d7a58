package correction

import (
	"regexp"
	"strconv"
	"strings"
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
