package page

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestAListByTimeGoesOnBehindATimeAndAnID(t *testing.T) {
	list := Of("events")
	moment := time.Date(2026, 11, 23, 9, 0, 0, 1_000_000, time.FixedZone("JST", 9*60*60))
	token, err := list.TokenByTime(moment, id)
	if err != nil {
		t.Fatal(err)
	}
	if at, behind, err := list.ReadByTime(token); err != nil || !at.Equal(moment) || behind != id {
		t.Errorf("%s %s %v", at, behind, err)
	}
	if at, behind, err := list.ReadByTime(""); err != nil || !at.IsZero() || behind != "" {
		t.Errorf("the first page: %s %s %v", at, behind, err)
	}
}

func TestNoListByTimeGoesOnBehindNonsense(t *testing.T) {
	list := Of("events")
	for _, values := range [][]string{{}, {id}, {"2026-11-23T00:00:00Z"}, {"2026-11-23", id}, {"2026-11-23T00:00:00Z", "x"}, {"2026-11-23T00:00:00Z", id, id}} {
		token, err := list.Token(values...)
		if err != nil {
			t.Fatal(err)
		}
		if at, behind, err := list.ReadByTime(token); !fault.HasReason(err, "PAGE_TOKEN_INVALID") || !at.IsZero() || behind != "" {
			t.Errorf("%v: %s %s %v", values, at, behind, err)
		}
	}
	other, err := Of("punches").TokenByTime(time.Time{}.AddDate(2025, 0, 0), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := list.ReadByTime(other); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
		t.Errorf("another list: %v", err)
	}
}
