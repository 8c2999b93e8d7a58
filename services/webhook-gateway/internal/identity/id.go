package identity

import "github.com/google/uuid"

// CanonicalID is the one spelling of an id that somebody sent: a UUID of 36
// characters in lower case, as it stands in names and in the audit. Its letters may
// come in capitals. Anything else, and any other spelling of a UUID, stays as it is
// and names nothing.
func CanonicalID(text string) string {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(id.String()) {
		return text
	}
	return id.String()
}

// IsID reports whether a text is an id in its one spelling. Whatever is not names
// nothing: it would be found by PostgreSQL, which reads a UUID in several ways, and
// be noted in the audit as a thing that there is not.
func IsID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}
