package credential_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// moved is the ring of a connection that moved to API 2.0 and may go back.
func moved(t *testing.T, now time.Time) credential.Ring {
	t.Helper()
	r := put(t, credential.Ring{}, kept("old", credential.V1), false, now)
	r, err := put(t, r, kept("new", credential.V2), true, now).Activate(now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func kept(id string, v credential.Version) credential.Kept {
	return credential.Kept{ID: id, Summary: credential.Summary{Version: v}}
}

func put(t *testing.T, r credential.Ring, k credential.Kept, stage bool, now time.Time) credential.Ring {
	t.Helper()
	next, err := r.Put(k, stage, now)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// While a connection moves between API versions no change of keys but retiring
// erases the keys by which people may still punch.
func TestTheOtherVersionIsNotPushedOut(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	r := moved(t, now).At(now.AddDate(1, 0, 0))
	for _, v := range []credential.Version{credential.V1, credential.V2} {
		if next, err := r.Put(kept("more", v), false, now); !fault.HasReason(err, "PREVIOUS_CREDENTIALS_KEPT") || next.Previous.ID != "old" || next.Current.ID != "new" {
			t.Errorf("%s: %v, %v", v, next, err)
		}
	}
	staged := put(t, r, kept("better", credential.V2), true, now)
	if next, err := staged.Activate(now); !fault.HasReason(err, "PREVIOUS_CREDENTIALS_KEPT") || !cmp.Equal(next, staged) {
		t.Errorf("%v, %v", next, err)
	}
	retired, err := staged.Retire()
	if err != nil {
		t.Fatal(err)
	}
	if next, err := retired.Activate(now); err != nil || next.Current.ID != "better" || next.Previous.ID != "new" {
		t.Errorf("after retiring: %v, %v", next, err)
	}
	back, err := r.RollBack(now)
	if err != nil {
		t.Fatal(err)
	}
	if next, err := put(t, back, kept("better", credential.V2), true, now).Activate(now); err != nil || next.Current.ID != "better" || next.Previous.ID != "old" {
		t.Errorf("after rolling back: %v, %v", next, err)
	}
}
