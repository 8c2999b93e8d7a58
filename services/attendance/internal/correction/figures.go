package correction

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// inFigures tells whether there is a time or a day among figures, as narrow leaves them, or in them and what follows:
// 9:00, 九:00, 9.00, 0900 which is no year, 11/26. It looks at each figure a bounded number of times; expressions, which
// say the same in the tests, cost ten times as much.
func inFigures(figures []rune, behind string) bool {
	for at := 0; at < len(figures); at++ {
		switch {
		case unicode.IsDigit(figures[at]):
			end := pastDigits(figures, at)
			if at == 0 || figures[at-1] != '.' {
				if isClock(figures[at:], end-at, behind) {
					return true
				}
			}
			at = end - 1
		case between(figures, at):
			return true
		}
	}
	return false
}

// between tells whether a colon or a slash has on both sides what makes it one of a time or a day.
func between(figures []rune, at int) bool {
	if at == 0 || at+1 == len(figures) || !unicode.IsDigit(figures[at+1]) {
		return false
	}
	before := figures[at-1]
	return figures[at] == ':' && (unicode.IsDigit(before) || strings.ContainsRune(numerals+"零十", before)) ||
		figures[at] == '/' && unicode.IsDigit(before)
}

// isClock tells whether so many digits at the start of figures are a time with what follows: 9.00 or 0900, and no year.
func isClock(figures []rune, digits int, behind string) bool {
	switch digits {
	case 1, 2:
		fraction := digits + 1
		return len(figures) > fraction && figures[digits] == '.' && pastDigits(figures, fraction) == fraction+2
	case 3, 4:
		return len(figures) > digits || !strings.HasPrefix(behind, "年")
	}
	return false
}

// pastDigits is where the digits that start somewhere end.
func pastDigits(figures []rune, from int) int {
	for from < len(figures) && unicode.IsDigit(figures[from]) {
		from++
	}
	return from
}

// behindFigures tells whether what follows makes a time or a day of the figures before: 9時 and not 9時間, 26日 and not
// 3日間, 9am.
func behindFigures(behind string) bool {
	unit, size := utf8.DecodeRuneInString(strings.TrimPrefix(behind, " "))
	rest := strings.TrimPrefix(behind, " ")[size:]
	next, _ := utf8.DecodeRuneInString(rest)
	switch unit {
	case '時':
		return !strings.ContainsRune("間的", next)
	case '日':
		return !strings.ContainsRune("間分目", next)
	case 'a', 'p':
		rest, half := strings.CutPrefix(strings.TrimPrefix(rest, "."), "m")
		return half && (rest == "" || rest[0] < 'a' || rest[0] > 'z')
	}
	return false
}
