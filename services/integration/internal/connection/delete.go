package connection

import "slices"

// Delete tells whether the connection may be removed. CONNECTION_STATE for one
// that records punches: whoever deletes it must have stopped that on purpose.
func (c Connection) Delete() error {
	if c.State.Records() {
		return stillRecording.With("state", string(c.State)).With("allowed", "disable")
	}
	return nil
}

// Rename gives the connection another display name, already checked by Name.
func (c Connection) Rename(name string) Connection {
	if c.DisplayName != name {
		c.DisplayName, c.Revision = name, c.Revision+1
	}
	return c
}

// Foremost is the state that says most, of any number of connections; empty
// without one. One that is broken comes before those that work: whoever looks here
// must not learn from the people of that bot that they get no answers.
func Foremost(states []State) State {
	for _, s := range []State{Broken, Active, Draft, Disabled} {
		if slices.Contains(states, s) {
			return s
		}
	}
	return ""
}
