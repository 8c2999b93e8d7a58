package supervisor

import "testing"

// A door is known by its process and by the sender's way to it, not by its own ways.
func TestDoorsAreKnownByName(t *testing.T) {
	for name, want := range map[string]int{
		"gateway-0": 0, "gateway-1": 1, "sender>gateway-1": 1, "gateway-1>postgres": -1, "attendance-0": -1, "admin-0>gateway": -1, "admin-0": -1,
	} {
		door, ok := DoorOf(name)
		if !ok {
			door = -1
		}
		if door != want {
			t.Errorf("%s: %d, want %d", name, door, want)
		}
	}
}
