package identity

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"golang.org/x/text/unicode/norm"
)

const (
	passwordMin = 15  // characters, for a password without a second factor
	withTOTPMin = 8   // characters, for one with a second factor
	passwordMax = 128 // characters
	ownPart     = 8   // characters that must remain without words one can guess
	variety     = 5   // different characters
)

//go:embed blocklist.txt
var blocklist string

// normalise gives a password one spelling, so that it does not depend on the
// keyboard that composed its characters.
func normalise(password string) string { return norm.NFC.String(password) }

// shortest is how long a password must be, by whether a second factor is asked for.
func shortest(totp bool) int {
	if totp {
		return withTOTPMin
	}
	return passwordMin
}

// passwordFault judges a normalised password at the path of a request; the words
// are what an attacker knows of the person and the company. nil means good.
func passwordFault(path, password string, least int, words ...string) *fault.Field {
	field := fault.Field{Path: path}
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		field.Reason, field.Text = "PASSWORD_CHARACTERS", fault.Text{
			JA: "パスワードに使用できない文字が含まれています。", EN: "The password contains characters that cannot be used."}
	case length < least:
		field.Reason, field.Text = "PASSWORD_TOO_SHORT", fault.Text{
			JA: fmt.Sprintf("パスワードは%d文字以上にしてください。", least),
			EN: fmt.Sprintf("The password must have at least %d characters.", least)}
	case length > passwordMax:
		field.Reason, field.Text = "PASSWORD_TOO_LONG", fault.Text{
			JA: "パスワードは128文字以内にしてください。", EN: "The password must have at most 128 characters."}
	case common(password) || guessable(strings.ToLower(password), words):
		field.Reason, field.Text = "PASSWORD_GUESSABLE", fault.Text{
			JA: "推測されやすいパスワードです。氏名・会社名・メールアドレスやよく使われる語句を避けてください。",
			EN: "The password is easy to guess. Avoid names, the company, the e-mail address and common phrases."}
	default:
		return nil
	}
	return &field
}

// guessable takes common words and the given ones out and looks at what is left.
func guessable(folded string, words []string) bool {
	if distinct(folded) < variety || sequence(folded) {
		return true
	}
	rest := folded
	for _, word := range longestFirst(append(strings.Fields(blocklist), words...)) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	return utf8.RuneCountInString(rest) < ownPart && rest != folded
}

func longestFirst(words []string) []string {
	var list []string
	for _, w := range words {
		if w = strings.ToLower(norm.NFC.String(strings.TrimSpace(w))); utf8.RuneCountInString(w) >= 3 {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// sequence reports that most steps from one character to the next are +1, 0 or -1.
func sequence(text string) bool {
	runes, steps := []rune(text), 0
	for i := 1; i < len(runes); i++ {
		if d := runes[i] - runes[i-1]; d >= -1 && d <= 1 {
			steps++
		}
	}
	return steps*4 >= len(runes)*3
}
