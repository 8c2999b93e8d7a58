package credential

import (
	"slices"
	"time"
)

// leave adds a set that loses its place to those that only verify, for the rest
// of its 24 hours; nil, and one that never was current, leave nothing behind.
func (r Ring) leave(k *Kept, now time.Time) Ring {
	if k == nil || k.Replaced.IsZero() {
		return r
	}
	former := *k
	former.Role, former.Expires = Former, k.Replaced.Add(replacedLife)
	if !former.over(now) {
		r.Former = append(slices.Clone(r.Former), former)
	}
	return r
}

// tidy puts former sets in order and leaves out those whose callbacks another
// set accepts for at least as long: the same bot secret in keys that were
// corrected ten times is one secret.
func (r Ring) tidy() Ring {
	former := slices.Clone(r.Former)
	slices.SortFunc(former, func(a, b Kept) int {
		if c := b.Expires.Compare(a.Expires); c != 0 {
			return c
		}
		return int(b.Revision - a.Revision)
	})
	r.Former = nil
	for _, k := range former {
		if !r.covers(k) {
			r.Former = append(r.Former, k)
		}
	}
	return r
}

// covers tells that what k verifies is verified by a set that was current later.
// A staged set may be discarded at any time, and covers what was replaced before it.
func (r Ring) covers(k Kept) bool {
	return slices.ContainsFunc(r.All(), func(o Kept) bool {
		return o.verifies(k) && (o.Role == Current || !o.Replaced.IsZero() && !o.Replaced.Before(k.Replaced))
	})
}

// secrets counts the different secrets that callbacks may be signed with.
func (r Ring) secrets() int {
	all, n := r.All(), 0
	for i, k := range all {
		if !slices.ContainsFunc(all[:i], k.verifies) {
			n++
		}
	}
	return n
}

// verifies tells that the set accepts what was signed with the other one.
func (k Kept) verifies(o Kept) bool {
	return k.Version == o.Version && k.Bot == o.Bot && k.Prints.BotSecret == o.Prints.BotSecret && k.Prints.APIID == o.Prints.APIID
}

// over tells that the set's time has come.
func (k Kept) over(now time.Time) bool { return !k.Expires.IsZero() && !now.Before(k.Expires) }
