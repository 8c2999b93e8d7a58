package phrase

import "unicode"

// ignorable runes carry no meaning of their own: variation selectors choose a picture, the others cannot be seen and
// come along when text is copied.
func ignorable(r rune) bool {
	switch {
	case r < 0x00AD:
		return false
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r >= 0x180B && r <= 0x180F:
		return true // variation selectors
	case directional(r):
		return true
	}
	switch r {
	case 0x00AD, 0x034F, 0x200B, 0x2060, 0xFEFF: // soft hyphen, grapheme joiner, zero-width spaces, word joiner
		return true
	}
	return false
}

// directional runes change the direction of writing and are nothing by themselves.
func directional(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// lettered are the emoji (UTS #51) that have a compatibility form of letters or punctuation.
func lettered(r rune) bool {
	switch r {
	case '‼', '⁉', '™', 'ℹ', 'Ⓜ', '㊗', '㊙', '🈁', '🈂', '🈚', '🈯', '🉐', '🉑':
		return true
	}
	return r >= '🈲' && r <= '🈺'
}

// iotaSubscript is the one mark that has a case, that of a letter. It stays a mark until all marks are in their order.
const iotaSubscript = '\u0345'

// plain is a rune without the differences of case and kana; every white space is the space.
func plain(r rune) rune {
	switch {
	case r < 0x2E80 && unicode.IsSpace(r):
		return ' '
	case r >= 'ァ' && r <= 'ヶ', r == 'ヽ', r == 'ヾ':
		return r - ('ァ' - 'ぁ')
	case r == '\u3000':
		return ' '
	case r >= 0x2E80 && r <= 0xA63F, r >= 0xAC00 && r < 0xFB00, r >= 0x1F000: // kana, CJK, Hangul, emoji
		return r
	}
	return uncased(r)
}

// uncased is the one rune that stands for all that differ from it by case only, as full case folding tells.
func uncased(r rune) rune {
	switch {
	case r == 'ı', r == iotaSubscript:
		return r // has the upper case of another letter
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0 // Cherokee, which had no small letters once
	case r >= 0x13A0 && r <= 0x13FF:
		return unicode.ToUpper(r)
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// forbidden runes may not be in a phrase although text may have them: controls, line ends, and marks that change the
// direction of what follows.
func forbidden(r rune) bool {
	return unicode.IsControl(r) || r == unicode.ReplacementChar || r == 0x2028 || r == 0x2029 || directional(r)
}
