package connection

import "time"

// Why LINE WORKS does not say who people are, beside the reasons for which a
// connection breaks.
const (
	LookUpsForbidden Reason = "LOOK_UPS_FORBIDDEN" // the app may not see the person
	LookUpsRefused   Reason = "LOOK_UPS_REFUSED"   // LINE WORKS does not take the question
)

// LookUps tells that LINE WORKS refuses to say who people are. The zero value:
// it does not.
type LookUps struct {
	Cause   Cause
	Refused int       // look-ups in a row
	Tokens  int       // access tokens in a row that were just given
	Since   time.Time // the first of them
	Last    time.Time // the last of them
}
