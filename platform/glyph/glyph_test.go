package glyph

import "testing"

func TestAny(t *testing.T) {
	for _, text := range []string{"", " ", "\u3000", "\t\n", "\u00a0", "\u200b", "\u2800", "\u3164", "\u00ad", "\ufeff", "\u034f", "\uffa0", "\u115f", "\u2060", "\ufe0f", "\U000e0100", "\u200b \u2800\u3164"} {
		if Any(text) {
			t.Errorf("%+q: nothing is to be seen", text)
		}
	}
	for _, text := range []string{"あ", "a", "1", ".", "…", "👍", "\u200bx", "♡", "゛", "\U000323b0", "\U0001faf0"} {
		if !Any(text) {
			t.Errorf("%+q can be seen", text)
		}
	}
}
