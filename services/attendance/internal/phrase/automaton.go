package phrase

import "slices"

// automaton finds the longest of its words that starts at each token of a text, in one pass (Aho and Corasick, 1975).
// It reads words and text from the end, so that what it has read so far begins where it stands.
type automaton struct {
	nodes []node // the root is 0; no nodes find nothing
}

type node struct {
	edges []edge // by token
	fail  int32  // the longest other word's tail that this one begins with
	found *entry // the longest word that begins with what led here
}

type edge struct {
	token token
	to    int32
}

// entry is one configured phrase or trigger word.
type entry struct {
	word
	tokens int // its length in the text
}

func (a *automaton) add(tokens []token, e entry) {
	if len(a.nodes) == 0 {
		a.nodes = []node{{}}
	}
	at := int32(0)
	for _, t := range slices.Backward(tokens) {
		at = a.grow(at, t)
	}
	e.tokens = len(tokens)
	if a.nodes[at].found == nil {
		a.nodes[at].found = &e
	}
}

func (a *automaton) grow(from int32, t token) int32 {
	at, known := a.nodes[from].search(t)
	if known {
		return a.nodes[from].edges[at].to
	}
	to := int32(len(a.nodes))
	a.nodes = append(a.nodes, node{})
	a.nodes[from].edges = slices.Insert(a.nodes[from].edges, at, edge{t, to})
	return to
}

// search is where the edge of a token is, or belongs. Written out because it is what most of the time goes to.
func (n *node) search(t token) (at int, known bool) {
	low, high := 0, len(n.edges)
	for low < high {
		if middle := (low + high) / 2; n.edges[middle].token < t {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(n.edges) && n.edges[low].token == t
}

// link makes the words ready to be found, nearest to the root first; nothing can be added afterwards.
func (a *automaton) link() {
	for queue := []int32{0}; len(queue) > 0 && len(a.nodes) > 0; queue = queue[1:] {
		for _, e := range a.nodes[queue[0]].edges {
			child := &a.nodes[e.to]
			if queue[0] != 0 {
				child.fail, _ = a.next(a.nodes[queue[0]].fail, e.token)
			}
			if child.found == nil {
				child.found = a.nodes[child.fail].found
			}
			queue = append(queue, e.to)
		}
	}
}

// next follows a token and counts the steps. Each step but the last goes to a shorter word, and each token makes it
// longer by one at most: a text takes at most two steps per token, whatever the words are.
func (a *automaton) next(at int32, t token) (to int32, steps int) {
	for {
		steps++
		n := &a.nodes[at]
		if i, ok := n.search(t); ok {
			return n.edges[i].to, steps
		}
		if at == 0 {
			return 0, steps
		}
		at = a.nodes[at].fail
	}
}

// starts puts the longest word that starts at each token into found where it is longer than what is there, and
// returns the steps that took.
func (a *automaton) starts(text []token, found []*entry) (steps int) {
	at := int32(0)
	for i, t := range slices.Backward(text) {
		if t == other {
			at = 0
			continue
		}
		next, n := a.next(at, t)
		at, steps = next, steps+n
		if e := a.nodes[at].found; e != nil && (found[i] == nil || e.tokens > found[i].tokens) {
			found[i] = e
		}
	}
	return steps
}
