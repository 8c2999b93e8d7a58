package phrase

import "slices"

// automaton finds the longest of its words that starts at each token of a text, in one pass (Aho and Corasick, 1975).
// It reads words and text from the end, so that what it has read so far begins where it stands.
type automaton struct {
	nodes []node // the root is 0; no nodes find nothing
	steps int    // what adding and linking took
}

// node has its only edge in itself, as almost all have: a word is then no allocation for each of its clusters.
type node struct {
	only  edge   // no token where there is no edge, or where there are several
	edges []edge // by token, where there are several
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

// room makes room for words of so many tokens in all.
func (a *automaton) room(tokens int) {
	if tokens > 0 {
		a.nodes = make([]node, 1, tokens+1)
	}
}

// add takes a word in, which must stay where it is.
func (a *automaton) add(tokens []token, e *entry) {
	at := int32(0)
	for _, t := range slices.Backward(tokens) {
		at = a.grow(at, t)
	}
	if a.nodes[at].found == nil {
		a.nodes[at].found = e
	}
}

func (a *automaton) grow(from int32, t token) int32 {
	a.steps++
	if to, known := a.nodes[from].to(t); known {
		return to
	}
	to := int32(len(a.nodes))
	a.nodes = append(a.nodes, node{})
	switch n := &a.nodes[from]; {
	case n.only.token == 0 && n.edges == nil:
		n.only = edge{t, to}
	default:
		if n.edges == nil {
			n.edges, n.only = []edge{n.only}, edge{}
		}
		at, _ := n.search(t)
		n.edges = slices.Insert(n.edges, at, edge{t, to})
	}
	return to
}

// to is where a token leads. No token is 0, and only has that where it is not to be looked at.
func (n *node) to(t token) (to int32, known bool) {
	if n.only.token == t {
		return n.only.to, true
	}
	if at, known := n.search(t); known {
		return n.edges[at].to, true
	}
	return 0, false
}

// each calls for every edge.
func (n *node) each(call func(edge)) {
	if n.only.token != 0 {
		call(n.only)
	}
	for _, e := range n.edges {
		call(e)
	}
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
	if len(a.nodes) == 0 {
		return
	}
	queue := make([]int32, 1, len(a.nodes))
	for done := 0; done < len(queue); done++ {
		from := queue[done]
		a.nodes[from].each(func(e edge) {
			child, steps := &a.nodes[e.to], 1
			if from != 0 {
				child.fail, steps = a.next(a.nodes[from].fail, e.token)
			}
			if child.found == nil {
				child.found = a.nodes[child.fail].found
			}
			queue, a.steps = append(queue, e.to), a.steps+steps
		})
	}
}

// next follows a token and counts the steps. Each step but the last goes to a shorter word, and each token makes it
// longer by one at most: a text takes at most two steps per token, whatever the words are.
func (a *automaton) next(at int32, t token) (to int32, steps int) {
	for {
		steps++
		if to, ok := a.nodes[at].to(t); ok {
			return to, steps
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
