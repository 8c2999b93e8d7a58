package lineworks

import (
	"slices"
	"strings"
)

// Absent is what the platform does not know, of a failure of class NotFound.
type Absent uint8

// What can be absent.
const (
	Unclear   Absent = iota // the code does not tell
	Recipient               // the person or the room
	TheBot
	Other // neither of them, such as a domain
)

const notExist = "_NOT_EXIST"

// absentIn reads a code of the form {RESOURCE}_NOT_EXIST. NOT_FOUND tells nothing,
// nor does an answer without a code.
func absentIn(code string) Absent {
	if !strings.HasSuffix(code, notExist) {
		return Unclear
	}
	resource, _, _ := strings.Cut(code, "_")
	switch {
	case code == "BOT"+notExist:
		return TheBot
	case slices.Contains([]string{"USER", "MEMBER", "ACCOUNT", "CHANNEL", "ROOM"}, resource):
		return Recipient
	}
	return Other
}

// About is the failure with what has been found out to be absent.
func (f *Failure) About(what Absent) *Failure {
	told := *f
	told.Absent = what
	return &told
}

// Nobody tells that the platform knows no such person: in its own words (LINE WORKS
// documentation, error codes). Not so when it does not know the address that was asked, when
// it says that something else does not exist, such as a domain or the app, when the answer is
// not of the platform, and when nobody was asked. What was found out beside its words (About)
// can only speak against it.
func (f *Failure) Nobody() bool {
	return f.Class == NotFound && f.Absent != TheBot && (absentIn(f.Code) == Recipient || f.gone())
}

// NoBot tells, of the refusal to show a bot, that the platform has none with this number,
// in its own words. An API ID (001) or a domain that it does not know, and an answer that
// is not its own, say nothing of the bot.
func (f *Failure) NoBot() bool {
	return f.Class == NotFound && (absentIn(f.Code) == TheBot || f.gone())
}

// gone tells that the platform does not have what the call named, without a word on what
// that is.
func (f *Failure) gone() bool { return f.Code == "NOT_FOUND" || f.Code == "DELETED" }
