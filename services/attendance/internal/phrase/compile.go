package phrase

import (
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// New makes the matcher of settings that were checked when they were stored. A word that could not be stored today
// is left out, so that no rule that came later can stop a company's punches.
func New(s Settings) *Matcher { return build(s).matcher }

// Compile checks settings as a whole and makes their matcher. The error is a fault that names every bad field at
// once: phrases.CLOCK_IN[0], triggerWords[1], triggerPosition.
func Compile(s Settings) (*Matcher, error) {
	c := build(s)
	c.triggersAreSafe()
	for kind := range s.Phrases {
		if !kind.Valid() {
			c.bad("phrases", unknownKind)
		}
	}
	if s.Position != "" && s.Position != Anywhere && s.Position != Head {
		c.bad("triggerPosition", unknownPosition)
	}
	if len(c.fields) > 0 {
		return nil, fault.Invalid(c.fields...)
	}
	return c.matcher, nil
}

type compiler struct {
	matcher *Matcher
	tokens  [][2]int        // of each word of the matcher: where its tokens begin and end among those of all
	all     []token         // of all words, one after the other
	seen    map[string]word // folded phrase -> the first
	fields  []fault.Field
}

func build(s Settings) *compiler {
	const most = 1 + 7*MaxPhrases // of words, and none
	m := &Matcher{vocabulary: newVocabulary(), words: make([]entry, 1, most), needs: len(s.Triggers) > 0, head: s.Position == Head}
	c := &compiler{matcher: m, tokens: make([][2]int, 1, most), seen: map[string]word{}}
	for _, kind := range timeclock.Kinds() {
		c.list(s.Phrases[kind], kind)
	}
	c.list(s.Triggers, "")
	m.vocabulary.index()
	m.automaton.room(len(c.all))
	for i, e := range m.words[1:] {
		at := c.tokens[i+1]
		m.automaton.add(c.all[at[0]:at[1]], uint8(i+1), e.kind == "")
	}
	m.automaton.link(len(m.vocabulary.tokens))
	return c
}

func (c *compiler) bad(path string, p problem) {
	c.fields = append(c.fields, fault.Field{Path: path, Reason: p.reason, Text: p.text})
}

func (c *compiler) list(words []string, kind timeclock.Kind) {
	if len(words) > MaxPhrases {
		c.bad(listPath(kind), tooMany)
		words = words[:MaxPhrases]
	}
	for i, written := range words {
		c.word(word{kind, written, i})
	}
}

func (c *compiler) word(w word) {
	folded, parts, p, bad := check(w.written)
	if bad {
		c.bad(w.path(), p)
		return
	}
	if first, taken := c.seen[folded]; taken {
		c.bad(w.path(), duplicate(first))
		return
	}
	c.seen[folded] = w
	start := len(c.all)
	for _, cluster := range parts {
		c.all = append(c.all, c.matcher.vocabulary.learn(cluster))
	}
	c.matcher.words = append(c.matcher.words, entry{w, len(parts)})
	c.tokens = append(c.tokens, [2]int{start, len(c.all)})
}

// triggersAreSafe refuses a trigger word that has a phrase in it: every message with the trigger word would be that
// phrase's punch, or ambiguous.
func (c *compiler) triggersAreSafe() {
	for _, w := range c.matcher.words[1:] {
		if w.kind != "" {
			continue
		}
		s, _ := c.matcher.scan(w.written, &folder{limit: MaxText})
		for _, inside := range s.phrases(0) {
			c.bad(w.path(), containsPhrase(inside.word))
			break
		}
	}
}

// folded is a word as it is compared.
func folded(written string) string { return strings.TrimSpace(Fold(written)) }
