package phrase

import (
	"math/bits"
	"unicode/utf8"
)

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
	bytes  [utf8.RuneSelf]token // the clusters of one byte, again
	runes  []single             // those of one longer rune, again: by their hash, at most half full
	shift  int                  // of the hash
	widest int                  // bytes of the longest cluster
}

// single is a cluster of one rune; without a token a place is free.
type single struct {
	r rune
	t token
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

// index makes single runes quick to find; nothing can be learned afterwards.
func (v *vocabulary) index() {
	size := bits.Len(uint(2 * len(v.tokens)))
	v.runes, v.shift = make([]single, 1<<size), 32-size
	for cluster, t := range v.tokens {
		if r, size := utf8.DecodeRuneInString(cluster); size > 1 && size == len(cluster) {
			v.runes[v.place(r)] = single{r, t}
		}
	}
}

// place is where a rune is, or belongs.
func (v *vocabulary) place(r rune) uint32 {
	at := uint32(r) * 0x9E3779B1 >> v.shift // Fibonacci hashing
	for v.runes[at].t != other && v.runes[at].r != r {
		at = (at + 1) & uint32(len(v.runes)-1)
	}
	return at
}

// lookRune is look for a cluster of one rune.
func (v *vocabulary) lookRune(r rune) token {
	if r < utf8.RuneSelf {
		return v.bytes[r]
	}
	return v.runes[v.place(r)].t
}

func (v *vocabulary) look(cluster string) token {
	if len(cluster) > v.widest {
		return other
	}
	return v.tokens[cluster]
}

func (v *vocabulary) lookBytes(cluster []byte) token { return v.tokens[string(cluster)] }
