package identity

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestHashesVerify(t *testing.T) {
	h := NewHasher()
	encoded, err := h.Hash(t.Context(), "correct horse battery staple")
	if err != nil || !strings.HasPrefix(encoded, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Fatalf("%s %v", encoded, err)
	}
	for password, want := range map[string]bool{"correct horse battery staple": true, "correct horse battery stapl": false} {
		if got, err := h.Verify(t.Context(), encoded, password); got != want || err != nil {
			t.Errorf("%v %v", got, err)
		}
	}
	for _, broken := range []string{"", "$argon2i$", encoded[:60], "$argon2id$v=19$m=x,t=3,p=1$AAAA$AAAA"} {
		if ok, err := h.Verify(t.Context(), broken, ""); ok || err == nil {
			t.Errorf("%q verifies", broken)
		}
	}
}

// More callers than places wait in a bounded queue; the rest are sent away.
func TestTheQueueIsBounded(t *testing.T) {
	h := NewHasher()
	release, started := make(chan struct{}), make(chan struct{}, 100)
	for range hashesAtOnce {
		go func() { _ = h.turn(context.Background(), func() { started <- struct{}{}; <-release }) }()
	}
	for range hashesAtOnce {
		<-started
	}
	waiting, cancel := context.WithCancel(t.Context())
	done := make(chan error, hashesQueued)
	for range hashesQueued {
		go func() { done <- h.turn(waiting, func() { t.Error("ran without a place") }) }()
	}
	for len(h.queued) < cap(h.queued) {
		runtime.Gosched()
	}
	if err := h.turn(t.Context(), func() {}); !fault.HasReason(err, "TOO_MANY_ATTEMPTS") {
		t.Errorf("one too many: %v", err)
	}
	cancel()
	for range hashesQueued {
		if err := <-done; err == nil {
			t.Error("a cancelled caller was served")
		}
	}
	close(release)
}
