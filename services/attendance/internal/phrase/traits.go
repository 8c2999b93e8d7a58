package phrase

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

// trait is what Unicode says of a rune, looked up once for all texts.
type trait struct {
	to   rune // what it is folded to, whatever was written before it; below 0 the number of parts that are to be put
	join join // how it stands beside others in folded text
}

// part is one of several runes that a rune is folded to.
type part struct {
	r     rune
	class uint8
}

// lone reports whether a part stays as it is, whatever was written before it. Marks go to their place; letters of
// Hangul and spaces can become one with what is there.
func (p part) lone() bool {
	_, trailing := hangul(0xAC00, p.r)
	_, vowel := hangul(0x1100, p.r)
	return p.class == 0 && p.r != ' ' && !trailing && !vowel
}

// join says when a rune is one cluster with its neighbours (UAX #29). Without any the rules are asked.
type join uint8

const (
	solo     join = 1 << iota // it is a cluster of its own between others that are solo
	base                      // whatever attaches belongs to it, and nothing else that follows does
	attaches                  // it belongs to whatever base is before it; skin tones do not count, see swatch
)

// rows are the traits of 256 runes each. Of no row are runes that are folded to themselves and are solo and base:
// Chinese characters, syllables of Hangul, and what is assigned to nobody.
var rows, puts = newRows()

func newRows() (rows [(unicode.MaxRune + 1) >> 8]*[256]trait, puts [][]part) {
	for row := range rune(len(rows)) {
		switch {
		case row >= 0x34 && row <= 0x9F, row >= 0xAC && row <= 0xD6, row >= 0xD8 && row <= 0xF8, row >= 0x200 && row <= 0x2F7,
			row >= 0x300 && row <= 0xDFF, row >= 0xE10:
			continue
		}
		rows[row] = &[256]trait{}
		for low := range rune(256) {
			r := row<<8 | low
			t, parts := trait{join: joinOf(r)}, partsOf(r)
			if len(parts) == 1 && parts[0].lone() {
				t.to = parts[0].r
			} else {
				puts = append(puts, parts)
				t.to = -rune(len(puts))
			}
			rows[row][low] = t
		}
	}
	return rows, puts
}

func traitOf(r rune) trait {
	if row := rows[r>>8]; row != nil {
		return row[r&0xFF]
	}
	return trait{to: r, join: solo | base}
}

// partsOf is what a rune is folded to: compatibility forms, without the differences of case and kana.
func partsOf(r rune) []part {
	info := norm.NFKD.PropertiesString(string(r))
	decomposed := info.Decomposition()
	switch {
	case ignorable(r):
		return nil
	case r == utf8.RuneError, lettered(r), r >= 0xAC00 && r <= 0xD7A3:
		return []part{{r, 0}}
	case plain(r) == ' ':
		return []part{{' ', 0}}
	case r == 'ß', r == 'ẞ':
		return []part{{'s', 0}, {'s', 0}}
	case decomposed == nil:
		return []part{{plain(r), info.CCC()}}
	}
	var parts []part
	for len(decomposed) > 0 {
		one, size := utf8.DecodeRune(decomposed)
		parts = append(parts, part{plain(one), norm.NFD.Properties(decomposed).CCC()})
		decomposed = decomposed[size:]
	}
	return parts
}

// joinOf asks the rules beside runes that stand for each case that there is.
func joinOf(r rune) (j join) {
	const letter, accent, joined, conjunct = "a", "\u0301", "\u200D👨", "\u094Dक"
	s := string(r)
	switch before := whole(letter + s); {
	case before && !isTone(r):
		j |= attaches
	case !before && !whole(s+letter) && !whole(s+s) && r != '\r' && r != '\n':
		j |= solo
	}
	if j != 0 && whole(s+accent) && !whole(s+joined) && !whole(s+conjunct) {
		j |= base
	}
	return j
}

// whole reports whether a text is one cluster.
func whole(text string) bool {
	it := graphemes.FromString(text)
	return it.Next() && it.End() == len(text)
}
