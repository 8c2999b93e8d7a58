package phrase

import "iter"

// scan is a message in tokens with what the settings have at each of them.
type scan struct {
	starts   []int    // where each token starts in the folded text; only when the folder keeps a trace
	tokens   []token  // the message
	toneless []token  // the same without skin tones; empty when there are none
	plain    []byte   // room for one cluster
	phrases  []*entry // the longest phrase that starts at each token; empty when the settings have none
	triggers []*entry // the same for trigger words
	head     int      // the first token after spaces and mentions
	steps    int      // what finding them took
}

// scan reads a text; it is not ok when there is too much of it.
func (m *Matcher) scan(text string, f *folder) (s *scan, ok bool) {
	if len(text) > f.limit || m.vocabulary == nil {
		return &scan{}, m.vocabulary == nil
	}
	f.write(text)
	if f.over {
		return &scan{}, false
	}
	s = &scan{}
	folded := string(f.folded)
	s.tokens = make([]token, 0, len(folded))
	for start, end := range clusters(folded) {
		s.put(m.vocabulary, folded[start:end])
		if f.trace {
			s.starts = append(s.starts, start)
		}
	}
	s.phrases = s.find(&m.phrases)
	s.triggers = s.find(&m.triggers)
	s.head = s.pastMentions()
	return s, true
}

func (s *scan) put(v *vocabulary, cluster string) {
	known := v.look(cluster)
	toned := hasTone(cluster)
	if toned && s.toneless == nil {
		s.toneless = append(make([]token, 0, cap(s.tokens)), s.tokens...)
	}
	s.tokens = append(s.tokens, known)
	if toned {
		s.plain = toneless(s.plain[:0], cluster)
		known = v.lookBytes(s.plain)
	}
	if s.toneless != nil {
		s.toneless = append(s.toneless, known)
	}
}

// find looks for words as they are, then for words without skin tones in the text without them. Of two equally long
// the one that has the tones counts.
func (s *scan) find(a *automaton) []*entry {
	if len(a.nodes) == 0 {
		return nil
	}
	found := make([]*entry, len(s.tokens))
	s.steps += a.starts(s.tokens, found)
	s.steps += a.starts(s.toneless, found)
	return found
}

// pastMentions is where the message proper begins. A word that starts with @ is a mention unless the settings
// have a phrase or trigger word that starts there.
func (s *scan) pastMentions() int {
	at := s.skip(0, true)
	for at < len(s.tokens) && s.tokens[at] == mention && there(s.phrases, at) == nil && there(s.triggers, at) == nil {
		at = s.skip(s.skip(at, false), true)
	}
	return at
}

// skip is the first token from start on that is not a space, or that is one.
func (s *scan) skip(start int, spaces bool) int {
	for start < len(s.tokens) && (s.tokens[start] == space) == spaces {
		start++
	}
	return start
}

// there is the word that starts at a token, or nil.
func there(found []*entry, at int) *entry {
	if at < len(found) {
		return found[at]
	}
	return nil
}

// longest yields the words from start on that do not lie inside another one, with the token at which they begin.
func longest(found []*entry, start int) iter.Seq2[int, *entry] {
	return func(yield func(int, *entry) bool) {
		covered := start
		for at := start; at < len(found); at++ {
			e := found[at]
			if e == nil || at+e.tokens <= covered {
				continue
			}
			covered = at + e.tokens
			if !yield(at, e) {
				return
			}
		}
	}
}
