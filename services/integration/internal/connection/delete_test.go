package connection

import (
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestOnlyWhatRecordsNothingIsDeleted(t *testing.T) {
	for state, deleted := range map[State]bool{Draft: true, Disabled: true, Active: false, Broken: false} {
		err := Connection{State: state}.Delete()
		if (err == nil) != deleted || (err != nil && !fault.HasReason(err, "CONNECTION_STATE")) {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestTheForemostState(t *testing.T) {
	for _, c := range []struct {
		of       []State
		foremost State
	}{{nil, ""}, {[]State{Disabled, Draft}, Draft}, {[]State{Draft, Broken, Disabled}, Broken}, {[]State{Active, Broken}, Broken}, {[]State{Draft, Active}, Active}, {[]State{Disabled}, Disabled}} {
		if got := Foremost(c.of); got != c.foremost {
			t.Errorf("%v: %q", c.of, got)
		}
	}
}
