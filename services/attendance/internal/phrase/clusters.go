package phrase

import (
	"iter"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// clusters yields the start and end of each grapheme cluster of folded text: what a reader sees as one character
// (UAX #29, and UTS #51 for skin tones that stand alone).
func clusters(folded string) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		done := 0
		for done < len(folded) {
			if size := lone(folded, done); size > 0 {
				if !yield(done, done+size) {
					return
				}
				done += size
				continue
			}
			it := graphemes.FromString(folded[done:])
			for more, begin := true, done; more && it.Next(); more = lone(folded, done) == 0 {
				if done = begin + it.End(); !pieces(folded, begin+it.Start(), done, yield) {
					return
				}
			}
		}
	}
}

// pieces yields a cluster, and a skin tone in it that colours nothing by itself.
func pieces(folded string, at, end int, yield func(start, end int) bool) bool {
	for at < end {
		stop := at + 1
		if end > stop {
			stop = at + swatch(folded[at:end])
		}
		if !yield(at, stop) {
			return false
		}
		at = stop
	}
	return true
}

// lone is the size of the letter at an offset where a cluster begins, if it and what follows are letters that never are
// one cluster with anything but marks: ASCII, hiragana, and Chinese characters. 0 leaves it to the rules of UAX #29.
func lone(folded string, at int) int {
	size := letter(folded, at)
	if size > 0 && (at+size == len(folded) || letter(folded, at+size) > 0) {
		return size
	}
	return 0
}

// letter is the size of such a letter, or 0.
func letter(folded string, at int) int {
	if at == len(folded) {
		return 0
	}
	switch c := folded[at]; {
	case c >= ' ' && c < 0x7F:
		return 1
	case at+2 < len(folded) && (c >= 0xE5 && c <= 0xE9 || c == 0xE3 && (folded[at+1] == 0x81 || folded[at+1] == 0x82 && folded[at+2] <= 0x96)):
		return 3
	}
	return 0
}

func split(folded string) []string {
	parts := make([]string, 0, min(len(folded), MaxGraphemes+3))
	for start, end := range clusters(folded) {
		parts = append(parts, folded[start:end])
	}
	return parts
}

// token stands for a grapheme cluster that the settings have; other is every cluster that they do not have.
type token int32

const (
	other   token = iota
	space         // known whatever the settings are
	mention       // the @ before a name
)

// vocabulary numbers the clusters of the settings. Two clusters have one token when they are the same when folded.
type vocabulary struct {
	tokens map[string]token
	bytes  [128]token // the clusters of one byte, again
	widest int        // bytes of the longest cluster
}

func newVocabulary() *vocabulary {
	v := &vocabulary{tokens: map[string]token{}}
	v.learn(" ")
	v.learn("@")
	return v
}

// learn returns the token of a cluster and makes one when it is new.
func (v *vocabulary) learn(cluster string) token {
	if known, ok := v.tokens[cluster]; ok {
		return known
	}
	next := token(len(v.tokens) + 1)
	v.tokens[cluster] = next
	v.widest = max(v.widest, len(cluster))
	if len(cluster) == 1 {
		v.bytes[cluster[0]] = next
	}
	return next
}

func (v *vocabulary) look(cluster string) token {
	switch {
	case len(cluster) == 1:
		return v.bytes[cluster[0]&0x7F]
	case len(cluster) > v.widest:
		return other
	}
	return v.tokens[cluster]
}

func (v *vocabulary) lookBytes(cluster []byte) token { return v.tokens[string(cluster)] }
