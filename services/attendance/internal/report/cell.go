package report

import "strings"

// formulaHeads begin what a spreadsheet may run instead of show: the signs themselves, their full-width twins, which
// Japanese editions take for the same, and the white space that programs cut off before they look (OWASP, "CSV Injection").
const formulaHeads = "=+-@＝＋－＠\t\r\n"

// Safe gives a cell that a spreadsheet shows as it is: before the head of a formula stands an apostrophe.
func Safe(cell string) string {
	if head := strings.TrimLeft(cell, " \u3000"); head != "" && strings.ContainsAny(string([]rune(head)[:1]), formulaHeads) {
		return "'" + cell
	}
	return cell
}
