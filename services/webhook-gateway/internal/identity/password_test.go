package identity

import (
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	for _, c := range []struct {
		password, want string
		totp           bool
	}{
		{"correct horse battery staple", "", false}, {"六本木から徒歩五分の喫茶店です", "", false}, {"fjo83-2nVs0-aQx1", "", false},
		{strings.Repeat("あ", 14), "PASSWORD_TOO_SHORT", false}, {"12345678901234", "PASSWORD_TOO_SHORT", false},
		{strings.Repeat("aB3$x", 26), "PASSWORD_TOO_LONG", false}, {"with\x00control characters", "PASSWORD_CHARACTERS", false},
		{"123456789012345", "PASSWORD_GUESSABLE", false}, {"abcdefghijklmnopq", "PASSWORD_GUESSABLE", false}, {"password12345678", "PASSWORD_GUESSABLE", false},
		{"QwertyuiopQwertyuiop", "PASSWORD_GUESSABLE", false}, {"Welcome-Tokyo-2026", "PASSWORD_GUESSABLE", false}, {"Mogami-Shokai-2026", "PASSWORD_GUESSABLE", false},
		{"hanako.yamada.1990", "PASSWORD_GUESSABLE", false}, {"Dakoku-Kintai-2026", "PASSWORD_GUESSABLE", false},
		{"fjo83-2", "PASSWORD_TOO_SHORT", true}, {"fjo83-2n", "", true}, {"mailcreated5240", "PASSWORD_GUESSABLE", false},
		{"shithappens", "PASSWORD_GUESSABLE", true}, {"ShitHappens2026!", "PASSWORD_GUESSABLE", true}, {"ｓｈｉｔｈａｐｐｅｎｓ", "PASSWORD_GUESSABLE", true},
	} {
		got := ""
		if f := passwordFault("password", normalise(c.password), shortest(c.totp), "Mogami Shokai", "mogami", "shokai", "hanako.yamada"); f != nil {
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
