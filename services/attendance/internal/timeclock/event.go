package timeclock

import "time"

// Content is what an event carries, as far as a punch is concerned. The zero value is content that cannot punch.
type Content uint8

// The contents of an event.
const (
	ContentUnsupported Content = iota // sticker, location, image, file and whatever comes next
	ContentWords                      // text or a button: something a Reading can be made of
	ContentOpened                     // a person opened the talk with the bot
	ContentClosed                     // a person left the talk with the bot, or nobody sent it
	ContentRoom                       // coming and going in a room
)

// Room is the kind of room an event came from. The zero value is a room we cannot tell.
type Room uint8

// The kinds of room.
const (
	RoomUnknown Room = iota
	RoomDirect       // 1:1 with the bot
	RoomGroup
)

// Event is one accepted callback, reduced to what the decision needs.
type Event struct {
	Key     string    // identity of the event over every delivery
	Issued  time.Time // when the person acted
	Content Content
	Room    Room
}

// Miss says why words are no punch. The zero value is: they are one.
type Miss uint8

// The ways to miss.
const (
	MissNone      Miss = iota
	MissPhrase         // no phrase of the settings is in the text
	MissTrigger        // a phrase is there, the required trigger word is not
	MissAmbiguous      // phrases of two kinds in one message
	MissGuide          // not a punch but the start button: asks for the guide
)

// Reading is what the words of an event say. The zero value says nothing: its Kind is not valid.
type Reading struct {
	Kind    Kind
	Phrase  string // the phrase as the settings spell it; empty for a button
	Trigger string // the trigger word that was found; empty when none is required, and for a button
	Miss    Miss
}

// Employee is the person an event's sender is linked to.
type Employee struct {
	Name   string // display name, for the answer
	Active bool
}

// Lock is a range of business days whose timesheet is submitted or approved.
type Lock struct {
	Period      Period
	First, Last Date   // both inclusive
	State       string // of the timesheet, as the public contract spells it
}

// Holds reports whether the lock covers a business day.
func (l Lock) Holds(day Date) bool { return day.Compare(l.First) >= 0 && day.Compare(l.Last) <= 0 }
