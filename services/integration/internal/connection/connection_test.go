package connection

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestActivate(t *testing.T) {
	both := Readiness{Token: true, Credentials: true}
	cases := map[string]struct {
		from   State
		has    Readiness
		reason string
	}{
		"draft, ready":        {Draft, both, ""},
		"disabled, ready":     {Disabled, both, ""},
		"broken, ready":       {Broken, both, ""},
		"active stays":        {Active, Readiness{}, ""},
		"no token":            {Draft, Readiness{Credentials: true}, "TOKEN_MISSING"},
		"no credentials":      {Disabled, Readiness{Token: true}, "CREDENTIALS_MISSING"},
		"nothing, token next": {Draft, Readiness{}, "TOKEN_MISSING"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Connection{State: c.from, Revision: 3}.Activate(c.has)
			if c.reason != "" {
				f, _ := fault.From(err)
				if !fault.HasReason(err, c.reason) || got.State != c.from || f.Meta()["state"] != string(c.from) ||
					(f.Meta()["allowed"] == "disable") != (c.from == Draft) {
					t.Fatalf("got %v, %v", got.State, err)
				}
				return
			}
			if err != nil || got.State != Active {
				t.Fatalf("got %v, %v", got.State, err)
			}
			if changed := got.Revision != 3; changed != (c.from != Active) {
				t.Fatalf("revision %d", got.Revision)
			}
		})
	}
}

func TestTransitionsByTheMachine(t *testing.T) {
	for _, s := range []State{Draft, Disabled, Broken} {
		if got := (Connection{State: s, Cause: Cause{KeysRefused, "X"}}).Break(Cause{AccessRefused, "Y"}); got.State != s || got.Cause.Code != "X" {
			t.Errorf("%s broke: %+v", s, got)
		}
	}
	for _, s := range []State{Draft, Disabled, Active} {
		if got := (Connection{State: s}).Mend(); got.State != s {
			t.Errorf("%s mended: %+v", s, got)
		}
	}
	broken := Connection{State: Active, Revision: 1}.Break(Cause{AccessRefused, "024"})
	if broken.State != Broken || broken.Cause != (Cause{AccessRefused, "024"}) || broken.Revision != 2 {
		t.Fatalf("%+v", broken)
	}
	if got := broken.Mend(); got.State != Active || got.Cause != (Cause{}) {
		t.Fatalf("%+v", got)
	}
	for s, want := range map[State]bool{Draft: false, Active: true, Disabled: false, Broken: true} {
		if s.Records() != want {
			t.Errorf("%s records %v", s, !want)
		}
		if got := (Connection{State: s}).Disable(); got.State != Disabled {
			t.Errorf("%s: %v", s, got.State)
		}
	}
}

// Every verb in every state, and what becomes of it; whatever changes is a new
// revision, and only a broken one has a reason.
func TestEveryTransition(t *testing.T) {
	verbs := map[string]func(Connection) Connection{
		"activate": func(c Connection) Connection {
			out, err := c.Activate(Readiness{Token: true, Credentials: true})
			if err != nil {
				t.Error(err)
			}
			return out
		},
		"disable": Connection.Disable,
		"break":   func(c Connection) Connection { return c.Break(Cause{AccessRefused, "024"}) },
		"mend":    Connection.Mend,
	}
	for from, becomes := range map[State]map[string]State{
		Draft:    {"activate": Active, "disable": Disabled, "break": Draft, "mend": Draft},
		Active:   {"activate": Active, "disable": Disabled, "break": Broken, "mend": Active},
		Disabled: {"activate": Active, "disable": Disabled, "break": Disabled, "mend": Disabled},
		Broken:   {"activate": Active, "disable": Disabled, "break": Broken, "mend": Active},
	} {
		for name, verb := range verbs {
			was := Connection{State: from, Revision: 7}
			if from == Broken {
				was.Cause = Cause{KeysRefused, "OLDER"}
			}
			got := verb(was)
			if got.State != becomes[name] || (got.Cause != Cause{}) != (got.State == Broken) || (got.Revision == 8) != (got.State != from) {
				t.Errorf("%s of %s: %+v", name, from, got)
			}
			if got.State == from && got != was {
				t.Errorf("%s of %s changes %+v to %+v", name, from, was, got)
			}
		}
	}
}

func TestName(t *testing.T) {
	for raw, reason := range map[string]string{
		"  本社ボット ": "", strings.Repeat("あ", 100): "", "": "REQUIRED", " \t": "REQUIRED", "\u200b": "REQUIRED", "\u2800": "REQUIRED", "\u3164": "REQUIRED", "\u00ad": "REQUIRED",
		strings.Repeat("あ", 101): "TOO_LONG", "a\nb": "CONTROL_CHARACTER",
		"a\u202eb": "CONTROL_CHARACTER", "a\u2067b": "CONTROL_CHARACTER", "a\u2028b": "CONTROL_CHARACTER",
	} {
		_, err := Name(raw)
		var got string
		if f, ok := fault.From(err); ok {
			got = f.Fields()[0].Reason
		}
		if got != reason {
			t.Errorf("Name(%q): %q, want %q", raw, got, reason)
		}
	}
}
