package phrase

import (
	"unicode/utf8"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// entry is one configured phrase or trigger word, as its owner spelled it.
type entry struct {
	kind    timeclock.Kind // empty for a trigger word
	written string
}

// trie holds folded phrases. Most nodes have one child, which is kept inline.
type trie struct {
	entry *entry
	label rune
	next  *trie
	more  map[rune]*trie
}

func (t *trie) add(folded string, e entry) {
	node := t
	for _, r := range folded {
		node = node.grow(r)
	}
	if node.entry == nil {
		node.entry = &e
	}
}

func (t *trie) grow(r rune) *trie {
	if child := t.child(r); child != nil {
		return child
	}
	child := &trie{}
	switch {
	case t.next == nil:
		t.label, t.next = r, child
	case t.more == nil:
		t.more = map[rune]*trie{r: child}
	default:
		t.more[r] = child
	}
	return child
}

func (t *trie) child(r rune) *trie {
	if t.next != nil && t.label == r {
		return t.next
	}
	return t.more[r]
}

// longest is the longest phrase that starts at an offset of the text and ends on a boundary; nil without one.
func (t *trie) longest(s script, start int) (found *entry, end int) {
	for node, at := t, start; at < len(s.text); {
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if node = node.child(r); node == nil {
			break
		}
		at += size
		if node.entry != nil && s.boundary[at] {
			found, end = node.entry, at
		}
	}
	return found, end
}
