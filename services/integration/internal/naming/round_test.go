package naming

import (
	"fmt"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// A person whom the first connection does not know is asked about by the next. Nobody has
// the account only when each LINE WORKS has said so: one that is away, refuses, or was not
// asked may be the one that has.
func TestEachLINEWORKSIsAsked(t *testing.T) {
	for name, c := range map[string]struct {
		trouble map[string]error
		silent  bool
		asked   string
		named   string
		rest    time.Duration
	}{
		"known by the first":                   {nil, false, "[a0]", "[0=U0]", each},
		"known by the second":                  {map[string]error{"a0": nobody}, false, "[a0 b0]", "[0=U0]", 2 * each},
		"refused by the first":                 {map[string]error{"a0": forbidden}, false, "[a0 ak b0]", "[0=U0]", 3 * each},
		"the first is away":                    {map[string]error{"a0": away}, false, "[a0 b0]", "[0=U0]", pause},
		"known by none":                        {map[string]error{"0": nobody}, false, "[a0 b0]", "[0=]", 2 * each},
		"the second is away":                   {map[string]error{"a0": nobody, "b0": away}, false, "[a0 b0]", "[]", refuse},
		"the second refuses everybody":         {map[string]error{"a0": nobody, "b0": forbidden, "bk": forbidden}, false, "[a0 b0 bk]", "[]", refuse},
		"the second refuses the person":        {map[string]error{"a0": nobody, "b0": forbidden}, false, "[a0 b0 bk]", "[0=]", 3 * each},
		"both are away":                        {map[string]error{"0": away}, false, "[a0 b0]", "[]", pause},
		"known by none, and a third is silent": {map[string]error{"0": nobody}, true, "[a0 b0]", "[]", refuse},
	} {
		t.Run(name, func(t *testing.T) {
			o := &office{claim: Claim{By: []string{"a", "b"}, Silent: c.silent}, known: "k", trouble: c.trouble}
			o.round(t, 1)
			if fmt.Sprint(o.asked) != c.asked || fmt.Sprint(o.named) != c.named || o.rest != c.rest {
				t.Errorf("asked %q, named %q, rest %v", o.asked, o.named, o.rest)
			}
		})
	}
}

// The more connections, the fewer people a round asks about, but always somebody.
func TestARoundAsksABoundedNumberOfQuestions(t *testing.T) {
	for connections, asked := range map[int]int{1: batch, 2: batch, 3: 9, batch + 2: batch + 2} {
		o := &office{trouble: map[string]error{}}
		for i := range connections {
			o.claim.By = append(o.claim.By, fmt.Sprint("c", i))
		}
		for i := range 2 * batch {
			o.trouble[fmt.Sprint(i)] = nobody
		}
		o.round(t, 2*batch)
		if len(o.asked) != asked || o.rest != time.Duration(asked)*each {
			t.Errorf("%d connections: %d questions, then %v", connections, len(o.asked), o.rest)
		}
	}
}

// Of whom nobody is told anything, they are asked about ever more seldom, as long as
// nobody new is among them.
func TestWhoIsRefusedIsAskedAboutEverMoreSeldom(t *testing.T) {
	for age, want := range map[time.Duration]time.Duration{0: refuse, time.Hour: time.Hour, 24 * time.Hour: longest} {
		o := &office{claim: Claim{By: []string{"c"}}, trouble: map[string]error{"0": forbidden, "1": forbidden}}
		o.links = []link.Link{{Employee: "old", Account: "1", Created: noon.Add(-100 * time.Hour)}, {Employee: "new", Account: "0", Created: noon.Add(-age)}}
		if o.round(t, 0); o.rest != want || len(o.named) != 0 {
			t.Errorf("linked %v ago: asked again after %v, named %q", age, o.rest, o.named)
		}
	}
}
