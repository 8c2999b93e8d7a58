// Package refusal says what it means for a connection that LINE WORKS refuses a
// call: whether its keys are at fault, and which of them.
//
// It knows the one rule by which answers and look-ups break a connection. It
// refuses to know who made the call and what waits for it.
package refusal

import (
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// BreakAfter refusals in a row of access tokens that were just given are no tokens
// that somebody revoked: the connection is broken.
const BreakAfter = 3

// Breaks tells that a refusal of class Unauthorized is not for now only. before is
// how many access tokens in a row had been refused that were just given.
func Breaks(f *lineworks.Failure, before int) bool { return f.Keys || before+1 >= BreakAfter }

// Cause is what a refusal of class Unauthorized says of the keys.
func Cause(f *lineworks.Failure) connection.Cause {
	reason := connection.KeysRefused
	switch {
	case !f.Keys:
		reason = connection.AccessRefused
	case f.Named == lineworks.PartClient:
		reason = connection.ClientRefused
	case f.Named == lineworks.PartAccount:
		reason = connection.AccountRefused
	case f.Named == lineworks.PartKey:
		reason = connection.KeyRefused
	case f.Named == lineworks.PartTimes:
		reason = connection.ClockDiffers
	case f.Named == lineworks.PartScope:
		reason = connection.ScopeMissing
	}
	return connection.Cause{Reason: reason, Code: f.Code}
}
