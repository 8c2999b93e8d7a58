package phrase

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// cutter cuts folded text into grapheme clusters: what a reader sees as one character (UAX #29, and UTS #51 for skin
// tones that stand alone). Make it with cut.
type cutter struct {
	text string
	at   int  // where the next cluster begins
	r    rune // that begins it
	size int  // of the rune; 0 at the end
	join join // of the rune
	stop int  // the end of a cluster of which a part is left
}

func cut(folded string) cutter {
	c := cutter{text: folded}
	c.step()
	return c
}

// step goes over a rune and looks at the next.
func (c *cutter) step() {
	c.at += c.size
	switch {
	case c.at == len(c.text):
		c.size = 0
		return
	case c.text[c.at] < utf8.RuneSelf:
		c.r, c.size = rune(c.text[c.at]), 1
	default:
		c.r, c.size = utf8.DecodeRuneInString(c.text[c.at:])
	}
	c.join = traitOf(c.r).join
}

// next is the start and end of the next cluster; an end of 0 is that of the text. Of a cluster of one rune it gives
// that, too, otherwise 0. What most people type needs no more than the traits.
func (c *cutter) next() (start, end int, single rune) {
	start = c.at
	if c.size == 0 {
		return start, 0, 0
	}
	if c.stop <= start {
		first, join := c.r, c.join
		if c.step(); join&(solo|base) != 0 && c.apart() {
			return start, c.at, first
		}
		if join&base != 0 {
			for c.size > 0 && c.join&attaches != 0 {
				c.step()
			}
			if c.apart() {
				return start, c.at, 0
			}
		}
	}
	end = c.byRules(start)
	if first, size := utf8.DecodeRuneInString(c.text[start:]); size == end-start {
		single = first
	}
	return start, end, single
}

// apart reports whether a cluster begins where the cutter stands, whatever base is before it.
func (c *cutter) apart() bool { return c.size == 0 || c.join&solo != 0 }

// byRules goes to the end of the cluster that starts there, or of the part of it that a skin tone cuts off which
// colours nothing.
func (c *cutter) byRules(start int) int {
	if c.stop <= start {
		it := graphemes.FromString(c.text[start:])
		it.Next()
		c.stop = start + it.End()
	}
	c.at, c.size = start+1, 0
	if c.stop > c.at {
		c.at = start + swatch(c.text[start:c.stop])
	}
	end := c.at
	c.step()
	return end
}

func split(folded string) []string {
	parts := make([]string, 0, min(len(folded), MaxGraphemes+3))
	c := cut(folded)
	for start, end, _ := c.next(); end > 0; start, end, _ = c.next() {
		parts = append(parts, folded[start:end])
	}
	return parts
}
