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

// Nobody tells that the platform knows no such person; not so when it does not know
// the address that was asked: then the answer has no code of API 2.0. Nor when it says
// that something else does not exist, such as a domain or the app.
func (f *Failure) Nobody() bool {
	other := strings.HasSuffix(f.Code, notExist) && f.Absent != Recipient
	return f.Class == NotFound && f.Absent != TheBot && !other && !digits(f.Code) && !strings.HasPrefix(f.Code, "HTTP_")
}
