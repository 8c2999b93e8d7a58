package correction

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// The forms of times and days among figures and behind them, as expressions.
var (
	formsInside = regexp.MustCompile(`[\p{Nd}` + numerals + `零十]:\p{Nd}|\p{Nd}/\p{Nd}|` +
		`(^|[^\p{Nd}.])(\p{Nd}{1,2}\.\p{Nd}{2}($|\P{Nd})|\p{Nd}{3,4}($|[^\p{Nd}年]))`)
	formsBehind = regexp.MustCompile(`^ ?(時($|[^間的])|日($|[^間分目])|[ap]\.?m($|[^a-z]))`)
)

// What is read by the character is what the expressions say, whatever figures there are and whatever follows.
func TestFiguresAreReadAsTheirFormsSay(t *testing.T) {
	figure, other := []rune("〇九十零:./0123٣०"), []rune(" 時日間的分目年apm.z\uFFFD\xff出")
	inside, behind := 0, 0
	for range 100_000 {
		figures, rest := drawn(figure, rand.N(8)), drawn(other, rand.N(5))
		if rest != "" && isFigure([]rune(rest)[0]) {
			continue // it would be one of the figures
		}
		_, next := utf8.DecodeRuneInString(rest)
		want := formsInside.MatchString(figures + rest[:next])
		if got := inFigures([]rune(figures), rest); got != want {
			t.Fatalf("%q before %q: %v", figures, rest, got)
		}
		wantBehind := formsBehind.MatchString(rest)
		if got := behindFigures(rest); got != wantBehind {
			t.Fatalf("behind figures %q: %v", rest, got)
		}
		inside, behind = inside+count(want), behind+count(wantBehind)
	}
	if inside < 500 || behind < 500 {
		t.Errorf("only %d and %d were times", inside, behind)
	}
}

func drawn(from []rune, length int) string {
	var out strings.Builder
	for range length {
		out.WriteRune(from[rand.N(len(from))])
	}
	return out.String()
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
