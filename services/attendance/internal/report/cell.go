package report

import (
	"strings"

	"github.com/dakoku/dakoku/platform/glyph"
)

// formulaHeads begin what a spreadsheet may run instead of show: the signs themselves, their full-width twins, which
// Japanese editions take for the same, and the white space that programs cut off before they look (OWASP, "CSV Injection").
const formulaHeads = "=+-@＝＋－＠\t\r\n"

// partEnds are what programs that do not ask split a file at instead of commas, and the ends of lines within a cell:
// behind each of them they may see the head of another cell, also between quotation marks.
const partEnds = ";\t\r\n"

// Safe gives a cell that a spreadsheet shows as it is: before the head of a formula, at the cell's start and behind
// everything that a program may split it at, stands an apostrophe, and one more where apostrophes stand there already,
// so that Plain gives back every cell as it was.
func Safe(cell string) string {
	return eachPart(cell, func(part string) string {
		if formula(part) {
			return "'" + part
		}
		return part
	})
}

// Plain gives back the cell that Safe was given; a cell that Safe has not seen stays as it is, unless it has an
// apostrophe before a formula, which people write for the same purpose.
func Plain(cell string) string {
	return eachPart(cell, func(part string) string {
		if rest, marked := strings.CutPrefix(part, "'"); marked && formula(rest) {
			return rest
		}
		return part
	})
}

// eachPart changes each part of a cell, which has the end that it is split at with it.
func eachPart(cell string, change func(part string) string) string {
	var out strings.Builder
	for len(cell) > 0 {
		end := strings.IndexAny(cell, partEnds) + 1
		if end == 0 {
			end = len(cell)
		}
		out.WriteString(change(cell[:end]))
		cell = cell[end:]
	}
	return out.String()
}

// formula tells whether a formula may begin behind quotation marks, and behind spaces and other characters that cannot
// be seen, which programs drop as well.
func formula(part string) bool {
	head := strings.TrimLeftFunc(part, dropped)
	return head != "" && strings.ContainsAny(string([]rune(head)[:1]), formulaHeads)
}

func dropped(r rune) bool {
	return r == '\'' || r == '"' || !glyph.Visible(r) && !strings.ContainsRune(formulaHeads, r)
}
