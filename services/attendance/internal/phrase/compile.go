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
	matcher  *Matcher
	phrases  []learned
	triggers []learned
	tokens   []token         // of all words, one after the other
	seen     map[string]word // folded phrase -> the first
	fields   []fault.Field
}

// learned is a word that is to be found. Its tokens stand at an offset among those of all.
type learned struct {
	entry
	at int
}

func build(s Settings) *compiler {
	m := &Matcher{vocabulary: newVocabulary(), needs: len(s.Triggers) > 0, head: s.Position == Head}
	c := &compiler{matcher: m, seen: map[string]word{}}
	for _, kind := range timeclock.Kinds() {
		c.list(s.Phrases[kind], kind)
	}
	c.list(s.Triggers, "")
	c.learn(&m.phrases, c.phrases)
	c.learn(&m.triggers, c.triggers)
	return c
}

// learn makes the automaton of words.
func (c *compiler) learn(a *automaton, words []learned) {
	tokens := 0
	for i := range words {
		tokens += words[i].tokens
	}
	a.room(tokens)
	for i := range words {
		a.add(c.tokens[words[i].at:][:words[i].tokens], &words[i].entry)
	}
	a.link()
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
	known := learned{entry{w, len(parts)}, len(c.tokens)}
	for _, cluster := range parts {
		c.tokens = append(c.tokens, c.matcher.vocabulary.learn(cluster))
	}
	if w.kind == "" {
		c.triggers = append(c.triggers, known)
		return
	}
	c.phrases = append(c.phrases, known)
}

// triggersAreSafe refuses a trigger word that has a phrase in it: every message with the trigger word would be that
// phrase's punch, or ambiguous.
func (c *compiler) triggersAreSafe() {
	for _, w := range c.triggers {
		s, _ := c.matcher.scan(w.written, &folder{limit: MaxText})
		for _, inside := range longest(s.phrases, 0) {
			c.bad(w.path(), containsPhrase(inside.word))
			break
		}
	}
}

// folded is a word as it is compared.
func folded(written string) string { return strings.TrimSpace(Fold(written)) }
