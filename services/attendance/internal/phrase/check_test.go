package phrase

import (
	"strings"
	"testing"
)

// What is too long is told in characters, as people count them; of code points they know nothing.
func TestWhatIsTooLongIsToldInPlainWords(t *testing.T) {
	marked := "e" + strings.Repeat("\u0301", 10)
	for written, want := range map[string]problem{
		strings.Repeat("あ", MaxGraphemes+1):      tooLong,
		strings.Repeat(marked, MaxGraphemes):     tooComposed,
		strings.Repeat("あ", maxBytes):            tooLong,
		"e" + strings.Repeat("\u0301", maxBytes): tooComposed,
	} {
		if _, _, p, bad := check(written); !bad || p != want {
			t.Errorf("%d bytes: %+v", len(written), p)
		}
	}
	for _, p := range []problem{tooLong, tooComposed} {
		if strings.Contains(p.text.JA, "符号位置") || strings.Contains(p.text.EN, "code point") || p.reason != "TOO_LONG" {
			t.Errorf("%+v", p)
		}
	}
}
