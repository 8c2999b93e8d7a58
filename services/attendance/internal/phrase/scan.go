package phrase

import (
	"iter"
	"unicode/utf8"
)

// scan is a message in tokens with what the settings have at each of them.
type scan struct {
	folded   string  // what the tokens are of
	starts   []int   // where each token starts in the folded text; only when the folder keeps a trace
	tokens   []token // the message
	toneless []token // the same without skin tones; empty when there are none
	plain    []byte  // room for one cluster
	found    []pair  // the longest phrase and trigger word that start at each token; empty when the settings have no words
	first    int     // the first token with a word, or the end
	words    []entry // by their numbers
	head     int     // the first token after spaces and mentions
	steps    int     // what finding them took
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
	folded := string(f.folded)
	s = &scan{words: m.words, folded: folded}
	s.tokens = make([]token, 0, utf8.RuneCountInString(folded))
	c := cut(folded)
	for start, end, single := c.next(); end > 0; start, end, single = c.next() {
		if single != 0 && s.toneless == nil {
			s.tokens = append(s.tokens, m.vocabulary.lookRune(single))
		} else {
			s.put(m.vocabulary, folded[start:end])
		}
		if f.trace {
			s.starts = append(s.starts, start)
		}
	}
	s.find(&m.automaton)
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
func (s *scan) find(a *automaton) {
	if len(a.nodes) == 0 {
		return
	}
	s.found = make([]pair, len(s.tokens))
	first, steps := a.starts(s.tokens, s.found, s.words)
	toneless, more := a.starts(s.toneless, s.found, s.words)
	s.first, s.steps = min(first, toneless), steps+more
}

// pastMentions is where the message proper begins. A word that starts with @ is a mention unless the settings
// have a phrase or trigger word that starts there.
func (s *scan) pastMentions() int {
	at := s.skip(0, true)
	for at < len(s.tokens) && s.tokens[at] == mention && (len(s.found) == 0 || s.found[at] == pair{}) {
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

// phrases yields the phrases from start on that do not lie inside another one, with the token at which they begin.
func (s *scan) phrases(start int) iter.Seq2[int, *entry] {
	return s.longest(start, func(p pair) uint8 { return p.phrase })
}

// triggers yields trigger words alike.
func (s *scan) triggers() iter.Seq2[int, *entry] {
	return s.longest(0, func(p pair) uint8 { return p.trigger })
}

func (s *scan) longest(start int, of func(pair) uint8) iter.Seq2[int, *entry] {
	return func(yield func(int, *entry) bool) {
		covered := start
		for at := max(start, s.first); at < len(s.found); at++ {
			e := &s.words[of(s.found[at])]
			if at+e.tokens <= covered || e.tokens == 0 {
				continue
			}
			covered = at + e.tokens
			if !yield(at, e) {
				return
			}
		}
	}
}
