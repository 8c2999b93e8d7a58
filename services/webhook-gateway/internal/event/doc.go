// Package event reads the body of a signed LINE WORKS callback and says which
// event it is.
//
// It knows the layouts of API 1.0 and 2.0, a reader stricter than encoding/json
// and what makes two deliveries the same event. It refuses to know signatures,
// HTTP, storage and what an event means to a timesheet.
package event

import "time"

// Version is the generation of the LINE WORKS API that wrote a body.
type Version uint8

const (
	// V1 is API 1.0: accountId, roomId, createdTime.
	V1 Version = 1
	// V2 is API 2.0: userId, channelId, issuedTime.
	V2 Version = 2
)

// Kind is the class of an event.
type Kind uint8

const (
	// Room is a coming or going in a room, and every type we do not know.
	Room Kind = iota
	// Text is a message of text, typed or written by a button.
	Text
	// Unsupported is a message without text, and every content we do not know.
	Unsupported
	// Postback is a pressed button without text.
	Postback
	// Opened is a talk with the bot that was opened.
	Opened
	// Closed is a talk with the bot that was left.
	Closed
)

// Place tells where an event happened. The zero value is not known.
type Place uint8

const (
	// Unknown is a room of which the callback does not tell how many are in it.
	Unknown Place = iota
	// Direct is the talk of one person with the bot.
	Direct
	// Group is a room of several people.
	Group
)

// Event is one readable callback.
type Event struct {
	// Kind is the class of the event.
	Kind Kind
	// Type is the type as sent: "message", "postback", "join" and so on.
	Type string
	// User is the sender: userId (2.0) or login id (1.0); empty without sender.
	User string
	// Channel is the room: channelId (2.0) or roomId (1.0); empty in most 1:1 talks.
	Channel string
	// Domain is source.domainId as text; empty when absent.
	Domain string
	// Issued is when the person sent it, UTC, to the millisecond.
	Issued time.Time
	// Place tells whether others read along.
	Place Place
	// Text is what was typed; Text events only.
	Text string
	// Postback is the value of the button that was pressed or wrote the text.
	Postback string
	// Content is the SHA-256 of what was sent, independent of the order of members.
	Content [32]byte
}

// MaxAhead is how far the issued time may lie ahead of the time received; both by the
// clock of the database.
const MaxAhead = 2 * time.Minute

// Ahead tells that the event, received at that time, is from the future.
func (e Event) Ahead(received time.Time) bool { return e.Issued.After(received.Add(MaxAhead)) }
