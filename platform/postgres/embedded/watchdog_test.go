package embedded

import (
	"os/exec"
	"testing"
)

func TestWatchdogStopsTheServerWhenWeDie(t *testing.T) {
	server, err := spawn(exec.Command("sleep", "600"))
	if err != nil {
		t.Fatal(err)
	}
	held, err := watch(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	if err := held.Close(); err != nil { // as the kernel does for the dead
		t.Fatal(err)
	}
	eventually(t, "the server gone", func() bool {
		select {
		case <-server.done:
			return true
		default:
			return false
		}
	})
}
