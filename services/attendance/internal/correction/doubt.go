package correction

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// saidMoments are the words for a time or for a day that is over, as narrow leaves them; 一昨日 is one of 昨日.
	saidMoments = []string{"正午", "昨日", "昨夜", "昨晩", "きのう", "おととい", "yesterday"}

	// beforeFigures are the words that make a time of any figures behind them.
	beforeFigures = []string{"午前", "午後", "午前 ", "午後 ", " am", " pm"}
)

// hasMoment tells whether there is something like a time, or a day that is over, anywhere in a text. It looks at each
// character a bounded number of times.
func hasMoment(text string) bool {
	text = strings.Map(narrow, text)
	if slices.ContainsFunc(saidMoments, func(said string) bool { return strings.Contains(text, said) }) {
		return true
	}
	for from := 0; ; {
		at := strings.IndexFunc(text[from:], isFigure)
		if at < 0 {
			return false
		}
		start := from + at
		if from = pastFigures(text, start); isMoment(text[:start], text[start:from], text[from:]) {
			return true
		}
	}
}

// narrow writes a character in one width and case, with one colon. A whole text is not normalized for it: that would
// cost as much again as to match the text.
func narrow(r rune) rune {
	const wide = 'Ａ' - 'A'
	switch {
	case r == '\u3000':
		return ' '
	case strings.ContainsRune("∶﹕︓", r):
		return ':'
	case r == '﹒':
		return '.'
	case '！' <= r && r <= '～':
		r -= wide
	}
	return unicode.ToLower(r)
}

// isFigure tells the characters that numbers, times and days are made of.
func isFigure(r rune) bool {
	switch r {
	case '〇', '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', ':', '.', '/':
		return true
	}
	return unicode.IsDigit(r)
}

// pastFigures is where the figures that start somewhere end.
func pastFigures(text string, start int) int {
	if length := strings.IndexFunc(text[start:], func(r rune) bool { return !isFigure(r) }); length >= 0 {
		return start + length
	}
	return len(text)
}

// isMoment tells whether figures are a time or a day where they stand.
func isMoment(before, figures, behind string) bool {
	if len(figures) >= len("9:0") && inFigures([]rune(figures), behind) {
		return true
	}
	if last, _ := utf8.DecodeLastRuneInString(figures); !strings.ContainsRune(":./", last) && behindFigures(behind) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(figures)
	return !strings.ContainsRune(":./", first) && slices.ContainsFunc(beforeFigures, func(word string) bool { return strings.HasSuffix(before, word) })
}
