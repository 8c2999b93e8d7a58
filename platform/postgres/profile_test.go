package postgres

import (
	"strings"
	"testing"
)

func TestProfileFindings(t *testing.T) {
	sound := profile{versionNumber: "150018", version: "15.18", recovery: "false", fsync: "on", fullPageWrites: "on", synchronousCommit: "on"}
	for name, c := range map[string]struct {
		change func(*profile)
		want   string
	}{
		"sound":        {func(*profile) {}, ""},
		"remote apply": {func(p *profile) { p.synchronousCommit = "remote_apply" }, ""},
		"too old":      {func(p *profile) { p.versionNumber, p.version = "140020", "14.20" }, "14.20 is too old: use PostgreSQL 15"},
		"odd version":  {func(p *profile) { p.versionNumber = "?" }, "too old"},
		"standby":      {func(p *profile) { p.recovery = "true" }, "standby"},
	} {
		p := sound
		c.change(&p)
		err := p.fit()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
