package identity

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestHashesVerify(t *testing.T) {
	h := NewHasher()
	encoded, err := h.Hash(t.Context(), "correct horse battery staple")
	if err != nil || !strings.HasPrefix(encoded, fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$", spent.memory, spent.passes)) {
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

// What people use pays the full price; only the race detector brings the low one.
func TestOnlyTestsPayLess(t *testing.T) {
	if released != (cost{memory: 64 << 10, passes: 3}) {
		t.Errorf("a password costs %+v", released)
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.GoFiles}}", ".")
	list.Env = append(os.Environ(), "GOFLAGS=") // not as this test is built
	files, err := list.Output()
	if err != nil || !bytes.Contains(files, []byte("cost.go")) || bytes.Contains(files, []byte("cost_race.go")) {
		t.Errorf("a release is built from %s (%v)", files, err)
	}
}

// cheap is a hash of the least cost.
const cheap = "$argon2id$v=19$m=8,t=1,p=1$c2FsdC1vZi1tYXRyaXgtMQ$J5+deDYGXgecmmsE800M+IxbAY7KtUYU8ELxHYVm1N4"

// The hash that unknown addresses are compared with costs what every other does.
func TestTheDummyCostsWhatAPasswordDoes(t *testing.T) {
	d, err := NewDesk(t.Context(), nil, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := d.hash(t.Context(), "correct horse battery staple")
	cost := func(encoded string) string { return strings.Join(strings.Split(encoded, "$")[:4], "$") }
	if err != nil || cost(d.dummy) != cost(hash) || len(d.dummy) != len(hash) {
		t.Errorf("%s, %s, %v", cost(d.dummy), cost(hash), err)
	}
}

// More callers than places wait in a bounded queue; the rest are sent away.
func TestTheQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
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
		synctest.Wait()
		over, leave := context.WithCancel(t.Context())
		leave() // who waited would be told so
		_, hashed := h.Hash(over, "x")
		_, verified := h.Verify(over, cheap, "x")
		for _, err := range []error{h.turn(over, func() {}), hashed, verified} {
			if !fault.HasReason(err, "TOO_MANY_ATTEMPTS") {
				t.Errorf("one too many: %v", err)
			}
		}
		cancel()
		for range hashesQueued {
			if err := <-done; err == nil {
				t.Error("a cancelled caller was served")
			}
		}
		close(release)
	})
}

// Whoever waits for a place is told after a second, and not before, to come later.
func TestTheQueueLetsNobodyWaitLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, release := NewHasher(), make(chan struct{})
		for range hashesAtOnce {
			go func() { _ = h.turn(context.Background(), func() { <-release }) }()
		}
		synctest.Wait()
		begun := time.Now()
		err := h.turn(t.Context(), func() { t.Error("ran without a place") })
		if waited := time.Since(begun); !fault.HasReason(err, "TOO_MANY_ATTEMPTS") || waited != time.Second {
			t.Errorf("after %s: %v", waited, err)
		}
		close(release)
		synctest.Wait()
	})
}
