package identity

import (
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	for _, c := range []struct{ password, want string }{
		{"correct horse battery staple", ""}, {"六本木から徒歩五分の喫茶店です", ""}, {"fjo83-2nVs0-aQx1", ""},
		{strings.Repeat("あ", 14), "PASSWORD_TOO_SHORT"}, {"12345678901234", "PASSWORD_TOO_SHORT"},
		{strings.Repeat("aB3$x", 26), "PASSWORD_TOO_LONG"}, {"with\x00control characters", "PASSWORD_CHARACTERS"},
		{"123456789012345", "PASSWORD_GUESSABLE"}, {"abcdefghijklmnopq", "PASSWORD_GUESSABLE"}, {"password12345678", "PASSWORD_GUESSABLE"},
		{"QwertyuiopQwertyuiop", "PASSWORD_GUESSABLE"}, {"Welcome-Tokyo-2026", "PASSWORD_GUESSABLE"}, {"Mogami-Shokai-2026", "PASSWORD_GUESSABLE"},
		{"hanako.yamada.1990", "PASSWORD_GUESSABLE"},
	} {
		got := ""
		if f := passwordFault(normalise(c.password), "Mogami Shokai", "mogami", "shokai", "hanako.yamada"); f != nil {
			got = f.Reason
			if f.Text.JA == "" || f.Text.EN == "" {
				t.Errorf("%s: a text is missing", got)
			}
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.password, got, c.want)
		}
	}
}

// が may be one character or two; it is the same password.
func TestAPasswordDoesNotDependOnTheKeyboard(t *testing.T) {
	if normalise("が") != normalise("か\u3099") {
		t.Error("composed and decomposed differ")
	}
}
