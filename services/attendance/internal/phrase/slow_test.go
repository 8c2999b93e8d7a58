package phrase

import (
	"slices"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// spot is where a word stands: the clusters from start up to end.
type spot struct {
	start, end int
	kind       timeclock.Kind
	written    string
	exact      bool
}

// slow reads a message by the definition: compare every phrase at every cluster, drop what lies inside another.
func slow(s Settings, text string) timeclock.Reading {
	words, bare := split(Fold(text)), []string{}
	for _, cluster := range words {
		bare = append(bare, string(toneless(nil, cluster)))
	}
	var phrases, triggers []spot
	for kind, list := range s.Phrases {
		phrases = append(phrases, spots(words, bare, kind, list)...)
	}
	triggers = spots(words, bare, "", s.Triggers)
	head := headOf(words, append(slices.Clone(phrases), triggers...))
	phrases = slices.DeleteFunc(phrases, func(p spot) bool { return p.start < head })
	left := outer(phrases)
	reading := timeclock.Reading{Miss: timeclock.MissPhrase}
	for i, p := range left {
		if i > 0 && p.kind != left[0].kind {
			reading = timeclock.Reading{Miss: timeclock.MissAmbiguous}
			break
		}
		reading = timeclock.Reading{Kind: p.kind, Phrase: left[0].written}
	}
	if reading.Miss == timeclock.MissPhrase || len(s.Triggers) == 0 {
		return reading
	}
	if s.Position == Head {
		triggers = slices.DeleteFunc(triggers, func(p spot) bool { return p.start > head })
	}
	triggers = outer(triggers)
	switch {
	case len(triggers) == 0:
		return timeclock.Reading{Miss: timeclock.MissTrigger}
	case reading.Miss == timeclock.MissNone:
		reading.Trigger = triggers[0].written
	}
	return reading
}

func spots(words, bare []string, kind timeclock.Kind, list []string) (found []spot) {
	for _, written := range list {
		want := split(folded(written))
		for at := 0; at+len(want) <= len(words); at++ {
			exact := slices.Equal(words[at:at+len(want)], want)
			if exact || slices.Equal(bare[at:at+len(want)], want) {
				found = append(found, spot{at, at + len(want), kind, written, exact})
			}
		}
	}
	return found
}

// outer drops the spots that lie inside another one; of two in the same place the exact one stays.
func outer(all []spot) (left []spot) {
	for i, p := range all {
		inside := func(j int) bool {
			q := all[j]
			same := q.start == p.start && q.end == p.end
			return i != j && q.start <= p.start && q.end >= p.end && (!same || q.exact && !p.exact)
		}
		if !slices.ContainsFunc(indexes(all), inside) {
			left = append(left, p)
		}
	}
	slices.SortFunc(left, func(a, b spot) int { return a.start - b.start })
	return left
}

func indexes(all []spot) (list []int) {
	for i := range all {
		list = append(list, i)
	}
	return list
}

func headOf(words []string, all []spot) int {
	at := 0
	for {
		for at < len(words) && words[at] == " " {
			at++
		}
		starts := slices.ContainsFunc(all, func(p spot) bool { return p.start == at })
		if at == len(words) || words[at] != "@" || starts {
			return at
		}
		for at < len(words) && words[at] != " " {
			at++
		}
	}
}
