package directory

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

var nobodyThere = &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "NOT_FOUND"}

// rivals is a fake that knows somebody else, v, with the login id of whoever writes.
type rivals struct{ *fake }

func (r rivals) Remember(ctx context.Context, tenant, user string, a Remembered) (string, error) {
	_, err := r.fake.Remember(ctx, tenant, user, a)
	if user != "v" && a.LoginID != "" {
		return "v", err
	}
	return "", err
}

// What LINE WORKS refuses to say about whoever had the login id before is no trouble of the
// sender's, who was answered, and none of the connection's: the sender is linked to nobody, or
// as they are. Trouble that says nothing of that person keeps the sender waiting as any other.
func TestARefusalOfTheRivalHoldsUpNobody(t *testing.T) {
	for name, c := range map[string]struct {
		f      *lineworks.Failure
		want   State
		closed bool
	}{
		"403":        {&lineworks.Failure{Class: lineworks.Forbidden, Status: 403, Code: "ACCESS_DENIED"}, Unlinked, false},
		"404":        {&lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "HTTP_404"}, Unlinked, false},
		"400":        {&lineworks.Failure{Class: lineworks.Permanent, Status: 400, Code: "INVALID_PARAMETER"}, Unlinked, false},
		"gone":       {nobodyThere, Unlinked, false},
		"away":       {&lineworks.Failure{Class: lineworks.Temporary, Status: 503, Code: "HTTP_503"}, Pending, false},
		"no budget":  {&lineworks.Failure{Class: lineworks.RateLimited, Code: noBudget, Reset: time.Second}, Pending, false},
		"other keys": {&lineworks.Failure{Class: lineworks.Unauthorized, Status: 401, Code: "X", Keys: true}, Pending, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.linked.User = "v"
			f.look = func(_ int, _, user string) (string, error) {
				if user == "v" {
					return "", c.f
				}
				return "taro@example", nil
			}
			got := one(t, New(rivals{f}, f, f, func() time.Time { return noon }, zap.NewNop()))
			if got.State != c.want || (f.gate.Refused > 0) != c.closed {
				t.Errorf("%+v, look-ups refused %d times", got, f.gate.Refused)
			}
			if about, kept := f.known.Senders["v"]; kept != (c.f == nobodyThere) || about.Gone != kept {
				t.Errorf("of the other is kept: %+v", about)
			}
		})
	}
}
