package lineworks

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// The parts of a mention, each as it may be written by who wants one in a name.
func smuggled() []string {
	openings := []string{"<", "＜", "﹤", "≮", "<\u0338", "&lt;", "&LT", "&lt", "&#60;", "&#0060", "&#x3C;", "&#X3c;", "&nvlt;", "＆lt;", "&amp;lt;",
		"&#38;lt;", "&#xFF1C;", "&l\u200bt;", "</", "＜／", "<&sol;", "&lt;&#47;"}
	gaps := []string{"", " ", "\t", "\n", "\u00a0", "\u3000", "\u2028", "\x00", "\x1b", "&shy;", "&ZeroWidthSpace;", "&#8203;", "&Tab;"}
	for _, r := range unseen {
		gaps = append(gaps, string(r), string(r)+string(r))
	}
	letters := []string{"m", "M", "ｍ", "Ｍ", "ᵐ", "ₘ", "ⅿ", "Ⅿ", "𝐦", "𝓜", "ⓜ", "&#109;", "&#x4D;", "m\u0301", "ḿ"}
	var all []string
	for i, o := range openings {
		for j, g := range gaps {
			for k, l := range letters {
				if (i+j+k)%5 == 0 { // of any two parts every pair is there
					all = append(all, "山田"+o+g+l+` userId="all">`)
				}
			}
		}
	}
	return all
}

// unseen are zero-width and joining characters, marks of direction, variation
// selectors, fillers, tags and marks on other letters.
var unseen = []rune{'\u200b', '\u200c', '\u200d', '\u2060', '\u2061', '\ufeff', '\u00ad', '\u034f', '\u180e', '\u200e', '\u200f', '\u061c', '\u202a',
	'\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u206a', '\u206f', '\ufe00', '\ufe0e', '\ufe0f', '\U000e0100',
	'\U000e01ef', '\u180b', '\u115f', '\u1160', '\u3164', '\uffa0', '\u2065', '\ufff0', '\ufff9', '\U000e0001', '\U000e0041', '\U000e007f', '\u0301', '\u0338', '\u20d2',
	'\u0300', '\u20dd', '\u20e3', '\u3099', '\u309a', '\u0489', '\U0001d173', '\ue000', '\U000f0000'}

// steps are what a generous reader may do to a text before looking for mentions.
var steps = []func(string) string{
	norm.NFKC.String, norm.NFKD.String, html.UnescapeString,
	func(s string) string { return dropped.Replace(s) },
}

var dropped = func() *strings.Replacer {
	pairs := []string{"\x00", "", "\x1b", ""}
	for _, r := range unseen {
		pairs = append(pairs, string(r), "")
	}
	return strings.NewReplacer(pairs...)
}()

var mentions = regexp.MustCompile(`(?i)<[\s\p{Z}]*/?[\s\p{Z}]*m([^\p{L}\p{M}\p{N}]|$)`)

// mentioned tells that a reader finds a mention in the text who takes at most this
// many steps, in any order.
func mentioned(text string, most int) bool {
	if mentions.MatchString(text) {
		return true
	}
	for _, step := range steps {
		if next := step(text); most > 0 && next != text && mentioned(next, most-1) {
			return true
		}
	}
	return false
}

func TestNoSpellingOfAMentionIsSmuggledIn(t *testing.T) {
	for _, text := range smuggled() {
		if !mentioned(text, 4) {
			t.Fatalf("%+q would mention nobody: the test is of no use", text)
		}
		if got := plain(text, MaxText); mentioned(got, 4) {
			t.Errorf("%+q became %+q", text, got)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for i, text := range smuggled() {
		if i%97 == 0 {
			f.Add(text)
		}
	}
	f.Add("<<m>m &am&amp;p;lt;m")
	f.Fuzz(func(t *testing.T, text string) {
		got := plain(text, MaxText)
		if mentioned(got, 2) || Units(got) > MaxText {
			t.Errorf("%+q became %+q", text, got)
		}
		if again := plain(got, MaxText); again != got {
			t.Errorf("%+q became %+q, and that %+q", text, got, again)
		}
	})
}
