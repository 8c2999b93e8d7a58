package credential

import "testing"

// A bot has yet to move while its current keys are of API 1.0 and nothing came by 2.0.
// What was replaced, or is kept to go back to, proves no move that is still to come.
func TestOnlyABotThatHasYetToMoveMoves(t *testing.T) {
	kept := func(v Version, bot string, verified bool) *Kept {
		return &Kept{Summary: Summary{Version: v, Bot: bot}, Verified: verified}
	}
	to := Set{Version: V2, Bot: "1"}
	for name, c := range map[string]struct {
		ring Ring
		to   Set
		want bool
	}{
		"no keys yet":                 {Ring{}, to, false},
		"before the move":             {Ring{Current: kept(V1, "1", true)}, to, true},
		"staged, being corrected":     {Ring{Current: kept(V1, "1", true), Staged: kept(V2, "1", false)}, to, true},
		"another number":              {Ring{Current: kept(V1, "2", true)}, to, false},
		"a callback came by 2.0":      {Ring{Current: kept(V1, "1", true), Staged: kept(V2, "1", true)}, to, false},
		"of another bot":              {Ring{Current: kept(V1, "1", true), Staged: kept(V2, "2", true)}, to, true},
		"moved, the old kept":         {Ring{Current: kept(V2, "1", true), Previous: kept(V1, "1", true)}, to, false},
		"moved, no callback yet":      {Ring{Current: kept(V2, "1", false), Previous: kept(V1, "1", true)}, to, false},
		"moved, the old only verify":  {Ring{Current: kept(V2, "1", true), Former: []Kept{*kept(V1, "1", true)}}, to, false},
		"back from 2.0 nothing moves": {Ring{Current: kept(V2, "1", true)}, Set{Version: V1, Bot: "1"}, false},
	} {
		if got := c.ring.Moves(c.to); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
