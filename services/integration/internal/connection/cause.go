package connection

// Reason is what LINE WORKS does not accept of a connection, spelled as in the
// contract.
type Reason string

// The reasons. The zero value is none.
const (
	ClientRefused  Reason = "INVALID_CLIENT"          // client id or client secret
	AccountRefused Reason = "INVALID_SERVICE_ACCOUNT" // service account
	KeyRefused     Reason = "INVALID_PRIVATE_KEY"     // private key
	ClockDiffers   Reason = "CLOCK_DIFFERS"           // the times in what we sign
	ScopeMissing   Reason = "SCOPE_MISSING"           // the app may not do what is asked
	KeysRefused    Reason = "KEYS_REFUSED"            // one of the keys; nobody said which
	AccessRefused  Reason = "ACCESS_TOKEN_REFUSED"    // access tokens that were just given
)

// Reasons are all there are.
func Reasons() []Reason {
	return []Reason{ClientRefused, AccountRefused, KeyRefused, ClockDiffers, ScopeMissing, KeysRefused, AccessRefused}
}

// Cause is why a connection is Broken. Code is what LINE WORKS itself called it,
// for whoever asks its support; empty when it said nothing.
type Cause struct {
	Reason Reason
	Code   string
}
