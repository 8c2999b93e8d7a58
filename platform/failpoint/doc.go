// Package failpoint ends, stops or fails a process at a named place, for tests of
// what others do about it.
//
// It knows names and actions. It refuses to know what happens at a place, and it is
// not there in a program that is built without the tag failpoints: then every place
// compiles to nothing, and no setting can arm one.
//
// With the tag, the variable FAILPOINTS arms places, with commas between:
//
//	FAILPOINTS=gw.inbox.committed=exit,att.committed=hang:10s@3,out.marked=error@2+
//
// exit ends the process as kill -9 does; hang:10s waits; error makes the place
// return ErrArmed. Each is done once, at the first time that the place is reached,
// or at the n-th with @n; with @n+ at that time and every later one. What is done is
// told on standard error, "failpoint gw.inbox.committed: exit", and the end of a wait
// with "over", so that a test knows that its place was reached.
//
// Every transaction of package postgres has two places, before and after its commit:
// name.precommit and name.committed, with the name that Named gave it, or its role's.
// An error at the second one is a commit whose outcome is unknown.
//
// With the tag, FAILPOINTS_CLOCK=-10m makes the clock of the process ten minutes slow:
// it is what Now shows, which every program takes for its clock.
package failpoint

import "errors"

// ErrArmed is the error of a place that was told to fail.
var ErrArmed = errors.New("failpoint")
