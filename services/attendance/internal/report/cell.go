package report

import (
	"strings"

	"github.com/dakoku/dakoku/platform/glyph"
)

// formulaHeads begin what a spreadsheet may run instead of show: the signs themselves, their full-width twins, which
// Japanese editions take for the same, and the white space that programs cut off before they look (OWASP, "CSV Injection").
const formulaHeads = "=+-@＝＋－＠\t\r\n"

// Safe gives a cell that a spreadsheet shows as it is: before the head of a formula stands an apostrophe, and one more
// where apostrophes stand there already, so that Plain gives back every cell as it was.
func Safe(cell string) string {
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

// Plain gives back the cell that Safe was given; a cell that Safe has not seen stays as it is, unless it begins with an
// apostrophe before a formula, which people write for the same purpose.
func Plain(cell string) string {
	if rest, marked := strings.CutPrefix(cell, "'"); marked && formula(rest) {
		return rest
	}
	return cell
}

// formula tells whether a formula may begin behind apostrophes, and behind spaces and other characters that cannot be
// seen, which programs drop as well.
func formula(cell string) bool {
	head := strings.TrimLeftFunc(strings.TrimLeft(cell, "'"), unseen)
	return head != "" && strings.ContainsAny(string([]rune(head)[:1]), formulaHeads)
}

func unseen(r rune) bool { return !glyph.Visible(r) && !strings.ContainsRune(formulaHeads, r) }
