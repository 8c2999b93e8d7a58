package phrase

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces text to what counts when two writings are compared: compatibility forms and width (NFKC), case,
// katakana written as hiragana, every space as one kind of space, and no variation selectors or invisible marks.
// Joiners stay: they make one emoji of several. Bytes that are not UTF-8 become U+FFFD.
func Fold(text string) string {
	text = strings.Map(visible, strings.ToValidUTF8(text, "\uFFFD"))
	return norm.NFC.String(strings.Map(plain, norm.NFKC.String(text)))
}

func visible(r rune) rune {
	if ignorable(r) {
		return -1
	}
	return r
}

func plain(r rune) rune {
	switch {
	case ignorable(r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	case r >= 'ァ' && r <= 'ヶ', r == 'ヽ', r == 'ヾ':
		return r - ('ァ' - 'ぁ')
	case r < unicode.MaxASCII && (r < 'A' || r > 'Z'):
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// ignorable runes carry no meaning of their own: variation selectors choose a picture, the others are invisible.
func ignorable(r rune) bool {
	switch {
	case r < 0x00AD:
		return false
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r >= 0x180B && r <= 0x180F:
		return true
	}
	switch r {
	case 0x00AD, 0x034F, 0x200B, 0x2060, 0xFEFF:
		return true
	}
	return false
}
