package phrase

import (
	"bytes"
	"unicode/utf8"
)

// Fold reduces text to what counts when two writings are compared: compatibility forms and width (as NFKC, but kept
// decomposed, which compares the same), case by the full folding of Unicode, which belongs to no language (ß is ss, ſ is
// s, and the Turkish ı is no i), katakana as hiragana, every run of white space as one space, and no
// variation selectors or other marks that cannot be seen. Joiners and tags stay: they make one emoji of several code
// points. So do the emoji that NFKC would turn into letters: ℹ is not the letter i. Bytes that are not UTF-8 become
// U+FFFD. Folding twice changes nothing.
func Fold(text string) string {
	f := folder{limit: len(text) * longestFold}
	f.write(text)
	return string(f.folded)
}

// longestFold is the most bytes that one byte can become: U+FDFA has three and becomes 33.
const longestFold = 11

// folder folds a text in one pass. Limit bounds the work: beyond that many bytes the text is over, and is cut.
type folder struct {
	limit  int
	over   bool
	folded []byte
	from   []int // of each folded byte: where the rune that it came from stands in the text; only with trace
	trace  bool
	last   rune  // written
	iota   bool  // there is a mark that is folded at the end
	marks  marks // since the last rune that is not a mark
}

func (f *folder) write(text string) {
	f.folded = make([]byte, 0, min(len(text), f.limit))
	for at := 0; at < len(text) && !f.over; {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		switch t := traitOf(r); {
		case t.to < 0:
			for _, p := range puts[-t.to-1] {
				f.put(at, p.r, p.class)
			}
		case f.trace:
			f.put(at, t.to, 0)
		default:
			f.last, f.marks.count = t.to, 0
			f.folded = utf8.AppendRune(f.folded, t.to)
		}
		at += size
		f.over = len(f.folded) > f.limit
	}
	if f.iota { // its mark is behind all others of its letter only now; both have two bytes
		copy(f.folded, bytes.ReplaceAll(f.folded, []byte(string(iotaSubscript)), []byte("ι")))
	}
}

// put writes a rune of a canonical combining class that came from an offset of the text. A space after a space is one
// space, letters of Hangul become syllables, and marks get their canonical order.
func (f *folder) put(from int, r rune, class uint8) {
	if r == ' ' && f.last == ' ' {
		return
	}
	if syllable, ok := hangul(f.last, r); ok {
		f.folded = utf8.AppendRune(f.folded[:len(f.folded)-utf8.RuneLen(f.last)], syllable)
		f.last = syllable
		return
	}
	f.last = r
	f.iota = f.iota || r == iotaSubscript
	if class != 0 {
		f.mark(from, r, class)
		return
	}
	f.marks.count = 0
	before := len(f.folded)
	f.folded = utf8.AppendRune(f.folded, r)
	if f.trace {
		f.from = append(f.from, repeated(from, len(f.folded)-before)...)
	}
}

func repeated(from, times int) []int {
	same := make([]int, times)
	for i := range same {
		same[i] = from
	}
	return same
}

// hangul composes two letters, or a syllable and its last letter (The Unicode Standard, 3.12).
func hangul(before, r rune) (rune, bool) {
	const leading, vowel, trailing, syllable = 0x1100, 0x1161, 0x11A7, 0xAC00
	switch {
	case r >= vowel && r < vowel+21 && before >= leading && before < leading+19:
		return syllable + (before-leading)*21*28 + (r-vowel)*28, true
	case r > trailing && r < trailing+28 && before >= syllable && before < syllable+19*21*28 && (before-syllable)%28 == 0:
		return before + r - trailing, true
	}
	return 0, false
}
