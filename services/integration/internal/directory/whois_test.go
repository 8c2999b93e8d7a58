package directory

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// ring is a connection whose keys are of one version.
type ring struct {
	*fake
	version credential.Version
}

func (r *ring) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	return []vault.Sealed{{Version: r.version}}, nil
}

// Nobody was asked for want of keys, also when a punch found that a moment ago: that is
// no answer about the person, as a refusal of LINE WORKS is.
func TestWhoWasNotAskedAboutIsAskedAboutLater(t *testing.T) {
	f := newFake()
	f.look = func(int, string, string) (string, error) {
		return "", &lineworks.Failure{Class: lineworks.Forbidden, Status: 403, Code: "FORBIDDEN"}
	}
	keys := &ring{f, credential.V1}
	now := noon
	r := New(keys, f, f, func() time.Time { return now }, zap.NewNop())
	class := func() lineworks.Class {
		_, err := r.WhoIs(t.Context(), "t", "c", "u")
		return lineworks.FailureOf(err).Class
	}
	if got := class(); got != lineworks.Temporary {
		t.Errorf("without keys: %v", got)
	}
	one(t, r)
	keys.version = credential.V2
	if got := class(); got != lineworks.Temporary || f.calls != 0 {
		t.Errorf("right after a punch without keys: %v, %d calls", got, f.calls)
	}
	now = now.Add(soon)
	if got := class(); got != lineworks.Forbidden || f.calls != 1 {
		t.Errorf("refused by LINE WORKS: %v, %d calls", got, f.calls)
	}
}
