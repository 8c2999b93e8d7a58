package credential

import "time"

// Role tells what a connection does with a set of keys.
type Role string

// The roles, spelled as they are stored. Callbacks are accepted under each.
const (
	Current  Role = "CURRENT"  // it sends
	Staged   Role = "STAGED"   // entered, and not yet used unless nothing else fits
	Previous Role = "PREVIOUS" // replaced by the current set
)

// previousLife is how long a replaced set of the same API version stays: events
// signed with the bot secret before are on their way no longer than that.
const previousLife = 24 * time.Hour

// Summary is what may be shown of a set.
type Summary struct {
	Version                            Version
	Bot                                string // Bot ID (2.0) or Bot No (1.0)
	ClientID, ServiceAccount, ServerID string // empty where the version has none
	Prints                             Prints
}

// Summary is what may be shown of the set.
func (s Set) Summary() Summary {
	return Summary{Version: s.Version, Bot: s.Bot, ClientID: s.ClientID, ServiceAccount: s.ServiceAccount, ServerID: s.ServerID,
		Prints: s.Fingerprints()}
}

// Kept is a stored set as it may be shown. It never changes but for its role.
type Kept struct {
	Summary
	ID       string
	Role     Role
	Revision int64     // counts the sets of a connection, starts at 1 and is never used again
	Stored   time.Time // when it was entered
	Expires  time.Time // of a previous set: when it is erased by itself; zero: when somebody retires it
}

// Ring is all the sets that a connection keeps; nil where there is none. Its
// verbs leave it as it is and return the next one.
type Ring struct{ Current, Staged, Previous *Kept }

// All lists the sets in the order in which they are asked to send.
func (r Ring) All() []Kept {
	var out []Kept
	for _, k := range []*Kept{r.Current, r.Previous, r.Staged} {
		if k != nil {
			out = append(out, *k)
		}
	}
	return out
}

// At is the ring without a previous set whose time is over.
func (r Ring) At(now time.Time) Ring {
	if r.Previous != nil && !r.Previous.Expires.IsZero() && !now.Before(r.Previous.Expires) {
		r.Previous = nil
	}
	return r
}

// Put adds a set: as current, with the one before as previous, or staged beside
// the current one. The first set is current in any case. PREVIOUS_CREDENTIALS_KEPT.
func (r Ring) Put(next Kept, stage bool, now time.Time) (Ring, error) {
	switch {
	case stage && r.Current != nil:
		r.Staged = next.as(Staged)
		return r, nil
	case r.keepsPrevious():
		return r, previousKept
	case r.Current != nil:
		r.Previous = r.Current.replacedBy(next.Version, now)
	}
	r.Current = next.as(Current)
	return r, nil
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
	return Ring{Current: r.Staged.as(Current), Previous: r.Current.replacedBy(r.Staged.Version, now)}, nil
}

// RollBack makes the previous set current again and the current one staged; what
// was staged is given up, because one click back must always work.
// PREVIOUS_CREDENTIALS_MISSING.
func (r Ring) RollBack() (Ring, error) {
	if r.Previous == nil {
		return r, previousMissing
	}
	return Ring{Current: r.Previous.as(Current), Staged: r.Current.as(Staged)}, nil
}

// Retire gives the previous set up. PREVIOUS_CREDENTIALS_MISSING.
func (r Ring) Retire() (Ring, error) {
	if r.Previous == nil {
		return r, previousMissing
	}
	r.Previous = nil
	return r, nil
}

// Discard gives the staged set up. STAGED_CREDENTIALS_MISSING.
func (r Ring) Discard() (Ring, error) {
	if r.Staged == nil {
		return r, stagedMissing
	}
	r.Staged = nil
	return r, nil
}

func (k Kept) as(role Role) *Kept {
	k.Role, k.Expires = role, time.Time{}
	return &k
}

// replacedBy makes the set previous. Between API versions it stays until it is
// retired: a bot is moved by people, in a time of their own.
func (k Kept) replacedBy(v Version, now time.Time) *Kept {
	out := k.as(Previous)
	if v == k.Version {
		out.Expires = now.Add(previousLife)
	}
	return out
}
