// Package glyph knows which characters leave something on the screen. It refuses
// to know what is written: whether a text is a name or a reason is for its owner.
package glyph

import (
	"strings"
	"unicode"
)

// brailleBlank is a symbol to Unicode, and empty on every screen.
const brailleBlank = '\u2800'

// Visible tells whether a character leaves something on the screen. One that this
// program's tables do not know yet does: new emoji arrive before new tables.
func Visible(r rune) bool {
	return r != brailleBlank && !unicode.IsSpace(r) && !unicode.IsControl(r) &&
		!unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Any tells whether somebody who reads a text sees anything.
func Any(text string) bool { return strings.ContainsFunc(text, Visible) }
