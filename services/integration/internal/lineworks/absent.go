package lineworks

import "strings"

// Absent is what the platform does not know, of a failure of class NotFound.
type Absent uint8

// What can be absent.
const (
	Unclear   Absent = iota // the code does not tell
	Recipient               // the person or the room
	TheBot
)

const notExist = "_NOT_EXIST"

// absentIn reads a code of the form {RESOURCE}_NOT_EXIST. NOT_FOUND tells nothing,
// nor does an answer without a code.
func absentIn(code string) Absent {
	if !strings.HasSuffix(code, notExist) {
		return Unclear
	}
	switch resource, _, _ := strings.Cut(code, "_"); resource {
	case "USER", "MEMBER", "ACCOUNT", "CHANNEL", "ROOM":
		return Recipient
	case "BOT":
		return TheBot
	}
	return Unclear
}

// About is the failure with what has been found out to be absent.
func (f *Failure) About(what Absent) *Failure {
	told := *f
	told.Absent = what
	return &told
}

// Nobody tells that the platform knows no such person: in its own words (LINE WORKS
// documentation, error codes), or because nobody can have such an id. Not so when it does
// not know the address that was asked, when it says that something else does not exist,
// such as a domain or the app, and when the answer is not of the platform.
func (f *Failure) Nobody() bool {
	if f.Class != NotFound || f.Absent == TheBot {
		return false
	}
	return f.Status == 0 || f.Absent == Recipient || f.Code == "NOT_FOUND" || f.Code == "DELETED"
}

// Coded tells that the platform said it in its own words: a refusal without its code may
// be of something in between.
func (f *Failure) Coded() bool { return !strings.HasPrefix(f.Code, "HTTP_") }
