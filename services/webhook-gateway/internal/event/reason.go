package event

import "errors"

// Reason says why a signed body is quarantined. The values are stored and shown.
type Reason string

// The reasons of the reader, and FutureTime of the inbox.
const (
	// NotUTF8 is a body that is not valid UTF-8.
	NotUTF8 Reason = "NOT_UTF8"
	// UnreadableJSON is a body that is not exactly one JSON object.
	UnreadableJSON Reason = "UNREADABLE_JSON"
	// DuplicateKey is an object with the same member twice.
	DuplicateKey Reason = "DUPLICATE_KEY"
	// CaseVariant is a known member spelled in other letter case.
	CaseVariant Reason = "CASE_VARIANT_KEY"
	// TooDeep is nesting of more than 16 levels.
	TooDeep Reason = "TOO_DEEP"
	// BadNumber is a number out of every range.
	BadNumber Reason = "BAD_NUMBER"
	// MissingField is a required member that is absent.
	MissingField Reason = "MISSING_FIELD"
	// WrongType is a member of another JSON type than documented.
	WrongType Reason = "WRONG_TYPE"
	// BadID is a user, room or domain id that is too long or holds control
	// characters or what no reader can tell from another character.
	BadID Reason = "BAD_ID"
	// BadTime is an issued time that is no time.
	BadTime Reason = "BAD_TIME"
	// FutureTime is an issued time more than two minutes ahead of the time received.
	FutureTime Reason = "FUTURE_TIME"
)

// unreadable is the error of the reader. It holds the reason and nothing of the body.
type unreadable struct{ reason Reason }

// Error is the reason.
func (u unreadable) Error() string { return "event: " + string(u.reason) }

func refuse(reason Reason) error { return unreadable{reason} }

// ReasonOf returns why Read refused a body; UNREADABLE_JSON for any other error.
func ReasonOf(err error) Reason {
	var u unreadable
	if errors.As(err, &u) {
		return u.reason
	}
	return UnreadableJSON
}
