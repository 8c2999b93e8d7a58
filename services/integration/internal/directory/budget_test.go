package directory

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// Every look-up comes out of the budget, the repeated one too, and what each answer
// says of the limit is taken over.
func TestLookUpsAreOfTheBudget(t *testing.T) {
	f := newFake()
	f.rate = lineworks.Rate{Limit: 60, Remaining: 5, Reset: time.Minute}
	f.look = func(_ int, token, _ string) (string, error) {
		if token == "old" {
			return "", &lineworks.Failure{Class: lineworks.Unauthorized}
		}
		return "taro@example", nil
	}
	if got := f.resolve(t, noon); got.State != Linked || f.calls != 2 || f.spent != 2 {
		t.Errorf("%+v with %d calls, %d of the budget", got, f.calls, f.spent)
	}
	if d := cmp.Diff([]lineworks.Rate{f.rate, f.rate}, f.learned); d != "" {
		t.Error(d)
	}
}

// Without budget nobody is asked, and the sender is known later.
func TestNoLookUpWithoutBudget(t *testing.T) {
	f := newFake()
	f.wait = 7 * time.Second
	if got := f.resolve(t, noon); got.State != Pending || got.RetryAfter != f.wait || f.calls != 0 {
		t.Errorf("%+v with %d calls", got, f.calls)
	}
}

// A question for which no punch waits is of what those leave, its repetition too, and
// costs their budget nothing.
func TestWhoIsTakesWhatPunchesLeave(t *testing.T) {
	f := newFake()
	f.look = func(_ int, token, _ string) (string, error) {
		if token == "old" {
			return "", &lineworks.Failure{Class: lineworks.Unauthorized}
		}
		return "taro@example", nil
	}
	r := New(f, f, f, func() time.Time { return noon }, zap.NewNop())
	if m, err := r.WhoIs(t.Context(), "t", "c", "taro@example"); err != nil || m.LoginID != "taro@example" || f.spent != 0 || f.spare != 2 {
		t.Errorf("%+v, %v, %d of the budget, %d to spare", m, err, f.spent, f.spare)
	}
	f.full = 9 * time.Second
	if _, err := r.WhoIs(t.Context(), "t", "c", "taro@example"); RetryAfter(err) != f.full || f.calls != 2 {
		t.Errorf("nothing to spare: %v after %d calls", err, f.calls)
	}
	if got := one(t, r); got.State != Linked || f.spent != 2 {
		t.Errorf("a punch is kept waiting by it: %+v", got)
	}
}
