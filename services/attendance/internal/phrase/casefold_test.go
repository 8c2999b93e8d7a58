package phrase

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Case is folded fully, and by the rules of no language.
func TestCaseIsFoldedFully(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"Straße", "STRASSE", true}, {"STRAẞE", "strasse", true}, {"Straße", "Strase", false}, {"ﬀ", "FF", true}, {"ﬃ", "ffi", true},
		{"ŉ", "ʼN", true}, {"ǰ", "J\u030C", true}, {"և", "ԵՒ", true}, {"ﬗ", "ՄԽ", true}, {"ſ", "S", true}, {"\u212A", "k", true},
		{"ΐ", "Ϊ\u0301", true}, {"Σίσυφος", "ΣΊΣΥΦΟΣ", true}, {"ᾳ", "ΑΙ", true}, {"ᾴ", "α\u0345\u0301", true}, {"ᾼ", "αι", true},
		{"ı", "i", false}, {"I", "i", true}, {"I", "ı", false}, {"İ", "i\u0307", true}, {"İ", "i", false},
		{"Ꭰ", "\uAB70", true}, {"\u13F0", "\u13F8", true}, {"𐐀", "𐐨", true}, {"Ａ", "a", true}, {"Ǆ", "ǆ", true}, {"ǅ", "DŽ", true}, {"µ", "Μ", true},
	} {
		if (Fold(tt.a) == Fold(tt.b)) != tt.same {
			t.Errorf("Fold(%+q) = %+q, Fold(%+q) = %+q", tt.a, Fold(tt.a), tt.b, Fold(tt.b))
		}
	}
}

// caseless is text after Unicode's own case folding and NFKD, repeated until neither changes anything (The Unicode
// Standard, 3.13, D146).
func caseless(t *testing.T, text string) string {
	t.Helper()
	fold := cases.Fold()
	for range 4 {
		next := norm.NFKD.String(fold.String(norm.NFKD.String(text)))
		if next == text {
			return text
		}
		text = next
	}
	t.Errorf("%+q has no end", text)
	return text
}

// Of every code point: what Unicode calls the same but for case is the same here, and nothing else is.
func TestCaseOfEveryRuneIsUnicodes(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		if !utf8.ValidRune(r) || r >= 0x32000 && r < 0xE0000 || r > 0xE1000 || ignorable(r) || lettered(r) {
			continue
		}
		if r >= 0x13A0 && r <= 0x13FD || r >= 0xAB70 && r <= 0xABBF { // Cherokee, where cases.Fold turns small into large and large into small
			if up, low := Fold(string(unicode.ToUpper(r))), Fold(string(unicode.ToLower(r))); up != low {
				t.Errorf("%+q and %+q", up, low)
			}
			continue
		}
		want, folded := caseless(t, string(r)), Fold(string(r))
		if other := Fold(want); other != folded {
			t.Errorf("Fold(%U) = %+q, and of the same without case %+q", r, folded, other)
		}
		if kana := r >= 0x3041 && r <= 0x33FF || r >= 0xFF66 && r <= 0xFF9F || r >= 0x1B000 && r < 0x1B170 || r == '🈀'; kana || unicode.IsSpace(r) || norm.NFKD.String(string(r)) != string(r) {
			continue
		}
		if caseless(t, folded) != want {
			t.Errorf("Fold(%U) = %+q, which is another letter than %+q", r, folded, want)
		}
	}
}

// A letter of two is two characters wherever it is compared, and nobody's mark is torn from its letter.
func TestFoldedLettersAreCharacters(t *testing.T) {
	m := compile(t, clockIn("Schluß"))
	for text, want := range map[string]timeclock.Kind{"SCHLUSS!": timeclock.ClockIn, "schluss": timeclock.ClockIn, "Schluẞ": timeclock.ClockIn, "Schlus": "", "Schlus\u0301s": "", "Schluß\u0301": ""} {
		if got := m.Match(text); got.Kind != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
	if e := m.Explain("x Schluß"); len(e.Found) != 1 || e.Found[0].Start != 2 || e.Found[0].End != 9 {
		t.Errorf("%+v", e)
	}
	if got := compile(t, clockIn("in")).Match("ın"); got.Kind != "" {
		t.Errorf("a dotless i is an i: %+v", got)
	}
}
