package identity

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// The most used passwords of at least 8 characters, in lower case; where they
// come from and their licence are in commonpasswords.LICENSE.
//
//go:embed commonpasswords.txt
var commonText string

var commonPasswords = sync.OnceValue(func() map[string]struct{} {
	known := map[string]struct{}{}
	for word := range strings.Lines(commonText) {
		known[strings.TrimSpace(word)] = struct{}{}
	}
	return known
})

// common reports that a password is one of the most used ones, also with digits
// or marks added around it or written in wide characters.
func common(password string) bool {
	folded := strings.ToLower(norm.NFKC.String(password))
	for _, form := range []string{folded, strings.Trim(folded, "0123456789!?.,-_#*@$% ")} {
		if _, known := commonPasswords()[form]; known {
			return true
		}
	}
	return false
}
