package phrase

import "slices"

// automaton finds the longest of its words that starts at each token of a text, phrases and trigger words apart, in one
// pass (Aho and Corasick, 1975). It reads words and text from the end, so that what it has read so far begins where it
// stands.
type automaton struct {
	nodes []node  // the root is 0; no nodes find nothing
	first []int32 // by token: where the root leads; once it is linked
	steps int     // what adding and linking took
}

// node has its only edge in itself, as almost all have: a word is then no allocation for each of its clusters.
type node struct {
	only  edge   // no token where there is no edge, or where there are several
	edges []edge // by token, where there are several
	fail  int32  // the longest other word's tail that this one begins with
	found pair   // the longest words that begin with what led here
}

// pair is a phrase and a trigger word, each by its number; none is 0.
type pair struct{ phrase, trigger uint8 }

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

// add takes a word in.
func (a *automaton) add(tokens []token, number uint8, trigger bool) {
	at := int32(0)
	for _, t := range slices.Backward(tokens) {
		at = a.grow(at, t)
	}
	if trigger {
		a.nodes[at].found.trigger = number
	} else {
		a.nodes[at].found.phrase = number
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
	if n.edges == nil {
		return 0, false
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

// link makes the words ready to be found in texts of so many different tokens, nearest to the root first; nothing can
// be added afterwards.
func (a *automaton) link(tokens int) {
	if len(a.nodes) == 0 {
		return
	}
	a.first = make([]int32, tokens+1)
	a.nodes[0].each(func(e edge) { a.first[e.token] = e.to })
	queue := make([]int32, 1, len(a.nodes))
	for done := 0; done < len(queue); done++ {
		from := queue[done]
		a.nodes[from].each(func(e edge) {
			child, steps := &a.nodes[e.to], 1
			if from != 0 {
				child.fail, steps = a.next(a.nodes[from].fail, e.token)
			}
			child.found = child.found.or(a.nodes[child.fail].found)
			queue, a.steps = append(queue, e.to), a.steps+steps
		})
	}
}

// or is the longer ones, if there are any, and otherwise the shorter.
func (p pair) or(shorter pair) pair {
	if p.phrase == 0 {
		p.phrase = shorter.phrase
	}
	if p.trigger == 0 {
		p.trigger = shorter.trigger
	}
	return p
}

// next follows a token and counts the steps. Each step but the last goes to a shorter word, and each token makes it
// longer by one at most: a text takes at most two steps per token, whatever the words are.
func (a *automaton) next(at int32, t token) (to int32, steps int) {
	for ; at != 0; at = a.nodes[at].fail {
		steps++
		if to, ok := a.nodes[at].to(t); ok {
			return to, steps
		}
	}
	return a.first[t], steps + 1
}

// starts puts the longest words that start at each token where they are longer than what is there. It returns the first
// token with a word, or the end, and the steps that took.
func (a *automaton) starts(text []token, found []pair, words []entry) (first, steps int) {
	at, first := int32(0), len(found)
	for i, t := range slices.Backward(text) {
		if t == other {
			at = 0
			continue
		}
		if at == 0 {
			at, steps = a.first[t], steps+1
		} else {
			next, n := a.next(at, t)
			at, steps = next, steps+n
		}
		if here := a.nodes[at].found; here != (pair{}) {
			found[i], first = found[i].longer(here, words), i
		}
	}
	return first, steps
}

// longer has the longer of each.
func (p pair) longer(q pair, words []entry) pair {
	if words[q.phrase].tokens > words[p.phrase].tokens {
		p.phrase = q.phrase
	}
	if words[q.trigger].tokens > words[p.trigger].tokens {
		p.trigger = q.trigger
	}
	return p
}
