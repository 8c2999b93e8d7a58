package credential

import (
	"slices"
	"time"
)

// Role tells what a connection does with a set of keys.
type Role string

// The roles, spelled as they are stored. Callbacks are accepted under each.
const (
	Current  Role = "CURRENT"  // it sends
	Staged   Role = "STAGED"   // entered, and not yet used unless nothing else fits
	Previous Role = "PREVIOUS" // replaced by the current set
	Former   Role = "FORMER"   // sent once, and now only verifies callbacks until its time is over
)

// replacedLife is how long a replaced set of the same API version stays: events
// signed with the bot secret before are on their way no longer than that.
const replacedLife = 24 * time.Hour

// Most is how many different secrets the sets of a connection sign with at once;
// the public door tries every callback against as many. Ten changes of the bot
// secret within a day fit.
const Most = 12

// Summary is what may be shown of a set.
type Summary struct {
	Version                            Version
	Bot                                string // Bot ID (2.0) or Bot No (1.0)
	ClientID, ServiceAccount, ServerID string // empty where the version has none, and what is not proven
	Prints                             Prints
}

// Proven tells that LINE WORKS has given an access token for the keys, so that
// what stands for an id is one.
func (s Summary) Proven() bool { return s.ClientID != "" || s.ServerID != "" }

// Unproven is the summary of keys that LINE WORKS has not accepted yet. What was
// typed as an id may be a secret of another field: no more than its print is shown.
func (s Summary) Unproven() Summary {
	s.ClientID, s.ServerID = "", ""
	return s
}

// Summary is what may be shown of the set.
func (s Set) Summary() Summary {
	return Summary{Version: s.Version, Bot: s.Bot, ClientID: s.ClientID, ServiceAccount: s.ServiceAccount, ServerID: s.ServerID,
		Prints: s.Fingerprints()}
}

// Kept is a stored set as it may be shown. It never changes but for its role and
// that it was verified.
type Kept struct {
	Summary
	ID       string
	Role     Role
	Revision int64     // counts the sets of a connection, starts at 1 and is never used again
	Stored   time.Time // when it was entered
	Replaced time.Time // when it ceased to be current; zero while it is, and where it never was
	Verified bool      // a callback signed with it was accepted since it was stored
	Expires  time.Time // of a previous or former set: when it is erased by itself; zero: when somebody retires it
}

// Ring is all the sets that a connection keeps; nil where there is none. Its
// verbs leave it as it is and return the next one. What was current once goes on
// verifying callbacks for its 24 hours, whatever changes meanwhile, unless
// somebody retires it.
type Ring struct {
	Current, Staged, Previous *Kept
	Former                    []Kept // the one that stays longest first
}

// All lists the sets: those that may send in the order in which they are asked
// to, and behind them those that only verify.
func (r Ring) All() []Kept {
	var out []Kept
	for _, k := range []*Kept{r.Current, r.Previous, r.Staged} {
		if k != nil {
			out = append(out, *k)
		}
	}
	return append(out, r.Former...)
}

// Senders are the ids of the sets that messages go with: the first of each API
// version, the best first.
func (r Ring) Senders() []string {
	var out []string
	had := map[Version]bool{}
	for _, k := range r.All() {
		if k.Role != Former && !had[k.Version] {
			had[k.Version] = true
			out = append(out, k.ID)
		}
	}
	return out
}

// Set is the set with the id; the zero value when the ring has it not any more.
func (r Ring) Set(id string) Kept {
	for _, k := range r.All() {
		if k.ID == id {
			return k
		}
	}
	return Kept{}
}

// Moves tells that the bot of the set has yet to move from API 1.0 to 2.0: whoever
// moves a bot keeps its number, and enters the new keys before LINE WORKS knows it by
// them. The current set is of API 1.0 then, and no callback of the bot has come by 2.0:
// of a bot that has moved nothing needs to be taken on trust.
func (r Ring) Moves(to Set) bool {
	return to.Version == V2 && r.Current != nil && r.Current.Version == V1 && r.Current.Bot == to.Bot &&
		!slices.ContainsFunc(r.All(), func(k Kept) bool { return k.Version == V2 && k.Bot == to.Bot && k.Verified })
}

// At is the ring without sets whose time is over.
func (r Ring) At(now time.Time) Ring {
	if r.Previous != nil && r.Previous.over(now) {
		r.Previous = nil
	}
	r.Former = slices.DeleteFunc(slices.Clone(r.Former), func(k Kept) bool { return k.over(now) })
	return r
}

// Put adds a set: as current, with the one before as previous, or staged beside
// the current one. The first set is current in any case. PREVIOUS_CREDENTIALS_KEPT,
// TOO_MANY_CREDENTIALS.
func (r Ring) Put(next Kept, stage bool, now time.Time) (Ring, error) {
	out := r
	switch {
	case stage && r.Current != nil:
		out = r.leave(r.Staged, now)
		out.Staged = next.as(Staged)
	case r.keepsPrevious():
		return r, previousKept
	default:
		if r.Current != nil {
			out = r.leave(r.Previous, now)
			out.Previous = r.Current.replacedBy(next.Version, now)
		}
		out.Current = next.as(Current)
	}
	out = out.tidy()
	if out.secrets() > Most {
		return r, tooMany(out.Former)
	}
	return out, nil
}

// keepsPrevious tells that the previous set may not make room for another: a
// move between API versions is not over, and people may still punch by the old
// one.
func (r Ring) keepsPrevious() bool { return r.Previous != nil && r.Previous.Expires.IsZero() }

// Replaces is the revision of the set whose place Put would take; 0: none's.
func (r Ring) Replaces(stage bool) int64 {
	switch {
	case stage && r.Staged != nil:
		return r.Staged.Revision
	case r.Current != nil:
		return r.Current.Revision
	}
	return 0
}

// Activate makes the staged set current and the current one previous.
// STAGED_CREDENTIALS_MISSING, PREVIOUS_CREDENTIALS_KEPT.
func (r Ring) Activate(now time.Time) (Ring, error) {
	switch {
	case r.Staged == nil:
		return r, stagedMissing
	case r.keepsPrevious():
		return r, previousKept
	}
	out := r.leave(r.Previous, now)
	out.Current, out.Previous, out.Staged = r.Staged.as(Current), r.Current.replacedBy(r.Staged.Version, now), nil
	return out.tidy(), nil
}

// RollBack makes the previous set current again and the current one staged; what
// was staged is given up, because one click back must always work.
// PREVIOUS_CREDENTIALS_MISSING.
func (r Ring) RollBack(now time.Time) (Ring, error) {
	if r.Previous == nil {
		return r, previousMissing
	}
	out := r.leave(r.Staged, now)
	out.Current, out.Previous, out.Staged = r.Previous.as(Current), nil, r.Current.as(Staged)
	out.Staged.Replaced = now
	return out.tidy(), nil
}

// Retire gives the previous set up. PREVIOUS_CREDENTIALS_MISSING.
func (r Ring) Retire() (Ring, error) {
	if r.Previous == nil {
		return r, previousMissing
	}
	r.Previous = nil
	return r, nil
}

// RetireFormer gives up the former set that is meant, if there is one.
func (r Ring) RetireFormer(meant func(revision int64) bool) (Ring, bool) {
	kept := slices.DeleteFunc(slices.Clone(r.Former), func(k Kept) bool { return meant(k.Revision) })
	found := len(kept) < len(r.Former)
	r.Former = kept
	return r, found
}

// Discard gives the staged set up; one that was current before goes on verifying
// for the rest of its 24 hours. STAGED_CREDENTIALS_MISSING.
func (r Ring) Discard(now time.Time) (Ring, error) {
	if r.Staged == nil {
		return r, stagedMissing
	}
	out := r.leave(r.Staged, now)
	out.Staged = nil
	return out.tidy(), nil
}

func (k Kept) as(role Role) *Kept {
	k.Role, k.Replaced, k.Expires = role, time.Time{}, time.Time{}
	return &k
}

// replacedBy makes the set previous. Between API versions it stays until it is
// retired: a bot is moved by people, in a time of their own.
func (k Kept) replacedBy(v Version, now time.Time) *Kept {
	out := k.as(Previous)
	out.Replaced = now
	if v == k.Version {
		out.Expires = now.Add(replacedLife)
	}
	return out
}
