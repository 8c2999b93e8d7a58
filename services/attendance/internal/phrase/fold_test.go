package phrase

import "testing"

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
	} {
		if Fold(tt.a) == Fold(tt.b) {
			t.Errorf("Fold(%q) == Fold(%q)", tt.a, tt.b)
		}
	}
}
