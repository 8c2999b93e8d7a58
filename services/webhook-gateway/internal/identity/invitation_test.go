package identity

import (
	"maps"
	"slices"
	"testing"
	"time"
)

// A change names the accounts whose links end with it; one that worked no more does
// not end with the change, and is not said to.
func TestALinkThatHasExpiredEndsUnnoticed(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	lives := Invitation{Account: "lives", Expires: now.Add(time.Millisecond)}
	over := Invitation{Account: "over", Expires: now}
	for name, c := range map[string]struct {
		links []Invitation
		want  []string
	}{
		"both":     {[]Invitation{over, lives}, []string{"accounts/lives"}},
		"the dead": {[]Invitation{over}, nil},
		"none":     {nil, nil},
	} {
		before := Record{Time: now, After: Values{"state": "DEACTIVATED"}}
		after := before.Ending(c.links).After
		names, noticed := after["endedInvitations"].([]string)
		if !slices.Equal(names, c.want) || noticed != (c.want != nil) || after["state"] != "DEACTIVATED" {
			t.Errorf("%s: %v", name, after)
		}
		if !maps.Equal(before.After, Values{"state": "DEACTIVATED"}) {
			t.Errorf("%s: the record of before: %v", name, before.After)
		}
	}
}
