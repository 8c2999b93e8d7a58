package outbound

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// moving is a connection with keys of both versions, at a platform that knows the
// person in neither and refuses the first access token.
type moving struct {
	*companies
	verdict Verdict
	sends   int
	opened  int // keys of API 1.0, for a call
}

func (m *moving) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	return []vault.Sealed{{Version: credential.V2}, {Version: credential.V1}}, nil
}

func (m *moving) LoginOf(context.Context, string, string) (string, error) { return "taro@example", nil }

func (m *moving) Open(context.Context, vault.Purpose, vault.Sealed) (credential.Set, error) {
	m.opened++
	return credential.Set{Version: credential.V1}, nil
}

func (m *moving) Token(context.Context, vault.Sealed) (access.Grant, error) {
	return access.Grant{Access: "old"}, nil
}

func (m *moving) Renew(context.Context, vault.Sealed, access.Grant) (access.Grant, error) {
	return access.Grant{Access: "new"}, nil
}

func (m *moving) Send(_ context.Context, _ credential.Set, token credential.Secret, _ lineworks.Message) (lineworks.Rate, error) {
	m.sends++
	if token == "old" {
		return lineworks.Rate{}, &lineworks.Failure{Class: lineworks.Unauthorized, Status: 401}
	}
	return lineworks.Rate{}, &lineworks.Failure{Class: lineworks.NotFound, Absent: lineworks.Recipient}
}

func (m *moving) Ask(ctx context.Context, set credential.Set, token credential.Secret, to lineworks.Message) (lineworks.Rate, error) {
	return m.Send(ctx, set, token, to)
}

func (m *moving) Settle(_ context.Context, _ Letter, v Verdict, _ time.Time) (bool, error) {
	m.verdict = v
	return true, nil
}

// A message whose token is refused and that then goes the second way costs as many
// calls as were made, and not the one that was claimed.
func TestEveryCallIsCounted(t *testing.T) {
	m := &moving{companies: someCompanies(1, 1)}
	q := New(Config{Store: m, Accounts: m, Keys: m, Tokens: m, Platform: m, Now: time.Now, Log: zap.NewNop()})
	l := Letter{Lane: m.list[0], Version: credential.V2, Messages: []Message{{Content: lineworks.Message{User: "u"}}}, Until: time.Now().Add(leaseTime)}
	q.finish(t.Context(), l)
	if m.verdict.Extra != 3 {
		t.Errorf("%d calls beside the one claimed, want the repeat, the second way and its repeat: %+v", m.verdict.Extra, m.verdict)
	}
	if m.opened != 2 {
		t.Errorf("%d uses of the keys of API 1.0, which are part of two calls", m.opened)
	}
}

// Whoever stood still since the claim makes no call when somebody else may have the message, and asks nothing either. What
// was not tried is no failure of the platform.
func TestNoCallIsMadeWhenTheLeaseIsNearlyOver(t *testing.T) {
	for _, left := range []time.Duration{-time.Minute, 0, settleLimit} {
		for _, ask := range []bool{false, true} {
			m := &moving{companies: someCompanies(1, 1)}
			q := New(Config{Store: m, Accounts: m, Keys: m, Tokens: m, Platform: m, Now: time.Now, Log: zap.NewNop()})
			l := Letter{Lane: m.list[0], Version: credential.V2, Messages: []Message{{Content: lineworks.Message{User: "u"}}}, Until: time.Now().Add(left), Ask: ask}
			q.finish(t.Context(), l)
			if m.sends != 0 || m.verdict != tooLate() {
				t.Errorf("%s left, asks %t: %d calls, %+v", left, ask, m.sends, m.verdict)
			}
		}
	}
}
