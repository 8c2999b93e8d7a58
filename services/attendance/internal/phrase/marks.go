package phrase

import (
	"slices"
	"unicode/utf8"
)

// marks are the combining marks that follow a rune, so that a mark that comes later can go to its place. As in the
// stream-safe text format (UAX #15) only the last thirty are remembered, which bounds the work.
type marks struct {
	count int
	class [30]uint8
	at    [30]int // offsets in the folded text
}

// mark puts a combining mark behind those of its class and of lower ones (The Unicode Standard, 3.11).
func (f *folder) mark(from int, r rune, class uint8) {
	m := &f.marks
	if m.count == len(m.class) {
		m.count = 0
	}
	place := m.count
	for place > 0 && m.class[place-1] > class {
		place--
	}
	at := len(f.folded)
	if place < m.count {
		at = m.at[place]
	}
	var encoded [utf8.UTFMax]byte
	size := utf8.EncodeRune(encoded[:], r)
	f.folded = slices.Insert(f.folded, at, encoded[:size]...)
	if f.trace {
		f.from = slices.Insert(f.from, at, repeated(from, size)...)
	}
	copy(m.class[place+1:], m.class[place:m.count])
	copy(m.at[place+1:], m.at[place:m.count])
	m.class[place], m.at[place] = class, at
	m.count++
	for i := place + 1; i < m.count; i++ {
		m.at[i] += size
	}
}
