package phrase

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Runes that are in no row are what is said of all of them.
func TestRunesOfNoRowAreAlike(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0x30000 && r%251 != 0 || rows[r>>8] != nil || !utf8.ValidRune(r) {
			continue
		}
		if parts := partsOf(r); !slices.Equal(parts, []part{{r, 0}}) || !parts[0].lone() || joinOf(r) != solo|base {
			t.Errorf("%U is folded to %v and joins %b", r, parts, joinOf(r))
		}
	}
}

// rules cuts folded text by asking the rules everywhere.
func rules(text string) (parts []string) {
	for it := graphemes.FromString(text); it.Next(); {
		for c := it.Value(); c != ""; {
			at := 1
			if len(c) > 1 {
				at = swatch(c)
			}
			parts, c = append(parts, c[:at]), c[at:]
		}
	}
	return parts
}

// What is split without asking is split as the rules say: runes of every kind there is beside each other.
func TestClustersAreThoseOfTheRules(t *testing.T) {
	units := []string{"a", "~", " ", "\x01", "\n", "あ", "ゖ", "ん", "一", "龥", "\u3099", "\u0301", "\u200D", "\u200C", "👨", "👍🏽", "🏽", "❤", "🇯", "カ", "\u0600",
		"한", "하", "\u1100", "\u1161", "\u11AB", "क", "\u094D", "\u0903", "ক", "\u09CD", "\uFFFD", "ゝ", "é", "ж", "©", "𐐀", "\U000E0061", "\U000E007F", "#", "\u20E3", "\u0E33", "\u2028", "\xff"}
	random := rand.New(rand.NewPCG(1, 2))
	anything := func() string {
		r := rune(random.IntN(0x20000))
		if !utf8.ValidRune(r) || r == '\r' {
			return "a"
		}
		return string(r)
	}
	for n := range 200_000 {
		var text strings.Builder
		for range 1 + random.IntN(6) {
			if n%2 == 0 && random.IntN(3) == 0 {
				text.WriteString(anything())
			}
			text.WriteString(units[random.IntN(len(units))])
		}
		if got, want := split(text.String()), rules(text.String()); !slices.Equal(got, want) {
			t.Fatalf("%+q is %+q, not %+q", text.String(), got, want)
		}
	}
}

// Every rune before and after one of each kind.
func TestEveryRuneJoinsAsTheRulesSay(t *testing.T) {
	kinds := []string{"a", "\u0301", "\u200D", "👨", "🏽", "🇯", "\u0600", "가", "\u1100", "\u1161", "\u11AB", "क", "\u094D", "\u0903"}
	for r := range rune(0x32000) {
		if rows[r>>8] == nil && r%16 != 0 || !utf8.ValidRune(r) || r == '\r' {
			continue
		}
		text := string(r)
		for _, k := range kinds {
			text += k + string(r)
		}
		if got, want := split(text), rules(text); !slices.Equal(got, want) {
			t.Fatalf("%U: %+q is %+q, not %+q", r, text, got, want)
		}
	}
}
