package phrase

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFoldEqualWritings(t *testing.T) {
	for _, tt := range []struct{ name, a, b string }{
		{"full-width latin", "ＩＮ", "in"},
		{"half-width kana", "ｼｭｯｷﾝ", "しゅっきん"},
		{"half-width voiced kana", "ｶﾞ", "が"},
		{"decomposed voiced kana", "か\u3099", "ガ"},
		{"katakana and hiragana", "タイキン", "たいきん"},
		{"small katakana", "ヴァ", "ゔぁ"},
		{"iteration marks", "ヽヾ", "ゝゞ"},
		{"final sigma", "Σς", "σσ"},
		{"ideographic space", "　", " "},
		{"line feed", "a\nb", "a b"},
		{"emoji and text style", "☀\uFE0F", "☀\uFE0E"},
		{"heart with and without selector", "❤️‍🔥", "❤‍🔥"},
		{"keycap", "1️⃣", "1⃣"},
		{"ideographic variation", "辻\U000E0100", "辻"},
		{"zero width space", "出\u200B勤", "出勤"},
		{"circled digit", "①", "1"},
		{"katakana without a hiragana of its own", "ﾜﾞ", "わ\u3099"},
		{"squared word", "㌢", "センチ"},
		{"spaces", "check \r\n　in", "CHECK IN"},
		{"direction marks", "\u200E出\u202D勤", "出勤"},
		{"letters of Hangul", "\u1112\u1161\u11AB", "한"},
		{"half-width Hangul", "\uFFBE\uFFC2", "하"},
		{"marks in another order", "e\u0301\u0327", "e\u0327\u0301"},
		{"mathematical letters", "𝐈𝐍", "in"},
		{"compatibility ideograph", "\uF9D1", "六"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a, b := Fold(tt.a), Fold(tt.b); a != b {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", tt.a, a, tt.b, b)
			}
		})
	}
}

func TestFoldKeepsWhatDiffers(t *testing.T) {
	for _, tt := range []struct{ a, b string }{
		{"出勤", "退勤"}, {"👨", "👨‍👩‍👧"}, {"👍", "👍🏽"}, {"は", "ば"}, {"🇯🇵", "🇰🇷"},
		{"ℹ️", "i"}, {"Ⓜ️", "m"}, {"™️", "tm"}, {"‼️", "!!"}, {"㊙️", "秘"}, {"🈶", "有"}, {"🈁", "ここ"}, {"1️⃣", "1"}, {"つ", "っ"},
	} {
		if Fold(tt.a) == Fold(tt.b) {
			t.Errorf("Fold(%q) == Fold(%q)", tt.a, tt.b)
		}
	}
}

// Every code point is folded as its compatibility forms are, and once is enough.
func TestFoldEveryRune(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		text := string(r)
		if !utf8.ValidRune(r) || r >= 0x32000 && r < 0xE0000 || r > 0xE1000 {
			continue // unassigned and private
		}
		folded := Fold(text)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%U) = %+q, and folded again %+q", r, folded, again)
		}
		for _, form := range []norm.Form{norm.NFD, norm.NFKC, norm.NFKD} {
			if other := Fold(form.String(text)); other != folded && !lettered(r) {
				t.Errorf("Fold(%U) = %+q, and as form %d %+q", r, folded, form, other)
			}
		}
		for _, same := range []rune{unicode.ToLower(r), unicode.ToUpper(r)} {
			if r == 0x0130 || r == 0x0131 || lettered(r) || lettered(same) {
				continue // İ keeps its dot, and ı has none
			}
			if other := Fold(string(same)); other != folded {
				t.Errorf("Fold(%U) = %+q, and as %U %+q", r, folded, same, other)
			}
		}
	}
}
