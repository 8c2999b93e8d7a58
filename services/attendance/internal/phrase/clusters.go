package phrase

import (
	"iter"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// clusters yields the start and end of each grapheme cluster of folded text: what a reader sees as one character
// (UAX #29, and UTS #51 for skin tones that stand alone).
func clusters(folded string) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		for it := graphemes.FromString(folded); it.Next(); {
			for at, end := it.Start(), it.End(); at < end; {
				stop := at + 1
				if end > stop {
					stop = at + swatch(folded[at:end])
				}
				if !yield(at, stop) {
					return
				}
				at = stop
			}
		}
	}
}

func split(folded string) (parts []string) {
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
