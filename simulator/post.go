package simulator

import (
	"encoding/json"
	"time"
)

// Post is something that a person does in a room.
type Post struct {
	User string `json:"user"` // user id
	Bot  string `json:"bot"`  // bot id; empty: the room's only bot
	Room string `json:"room"` // room id; empty: the 1:1 room of user and bot
	Text string `json:"text"`
	// Postback accompanies a text that comes from a button.
	Postback string `json:"postback"`
	// Data, when not empty, makes this a postback event; Text is then only
	// what the room shows.
	Data string `json:"data"`
	// Sticker, when set, is sent instead of a text.
	Sticker *Sticker `json:"sticker"`
	// Content, when set, is sent as it stands instead of text or sticker.
	Content json.RawMessage `json:"content"`
	// SentAt is the issuedTime. Zero: now, and later than the person's event
	// before, so that no two events are the same bytes.
	SentAt  time.Time `json:"sentAt"`
	Shape   Shape     `json:"shape"`
	Options Options   `json:"options"`
}

// Sticker names a sticker.
type Sticker struct {
	PackageID string `json:"packageId"`
	StickerID string `json:"stickerId"`
}

// Shape bends the form of an event within, or just beyond, what the
// documentation promises. The zero value is the plain form.
type Shape struct {
	EscapeSlashes  bool          `json:"escapeSlashes"`  // "/" as "\/"
	EscapeUnicode  bool          `json:"escapeUnicode"`  // characters beyond ASCII as "\uXXXX"
	Spaces         bool          `json:"spaces"`         // spaces around tokens and a final LF
	UnknownType    bool          `json:"unknownType"`    // an event type that nobody knows
	UnknownContent bool          `json:"unknownContent"` // a content type that nobody knows
	NoMillis       bool          `json:"noMillis"`       // issuedTime to the second (API 2.0)
	StringDomain   bool          `json:"stringDomain"`   // domainId as string (API 2.0)
	DirectChannel  bool          `json:"directChannel"`  // channelId although the postback is in a 1:1 room
	Late           time.Duration `json:"late"`           // issuedTime lies this far back
}

// Options say how an event is delivered. The zero value delivers it once.
type Options struct {
	Copies         int               `json:"copies"`      // 0 and 1: one delivery
	Concurrent     bool              `json:"concurrent"`  // all copies at once
	DelayMillis    int               `json:"delayMillis"` // waited before the first attempt: later events overtake this one
	BreakSignature bool              `json:"breakSignature"`
	OmitSignature  bool              `json:"omitSignature"`
	Headers        map[string]string `json:"headers"` // set last; an empty value removes the header
}

// Attempt is one HTTP request of a delivery.
type Attempt struct {
	Status int           `json:"status"` // 0: no answer
	Error  string        `json:"error,omitempty"`
	Took   time.Duration `json:"took"`
}

// Delivery is an event that was sent, or was not.
type Delivery struct {
	ID      int64  `json:"id"`
	Bot     string `json:"bot"`
	Room    string `json:"room"`    // room id; empty for Deliver
	User    string `json:"user"`    // empty for events of a room
	Message int64  `json:"message"` // the person's message in the room; 0: none. WaitReply takes it
	URL     string `json:"url"`
	Body    []byte `json:"-"` // the event, byte for byte
	// Issued is the time inside the event; zero for Deliver.
	Issued time.Time `json:"issued"`
	// Skipped says why the platform would not send this event; empty: sent.
	Skipped  string    `json:"skipped,omitempty"`
	Attempts []Attempt `json:"attempts"`
}

// Status is the HTTP status of the first attempt; 0: none.
func (d Delivery) Status() int {
	if len(d.Attempts) == 0 {
		return 0
	}
	return d.Attempts[0].Status
}

// Err is why the first attempt got no answer, or nothing was sent; empty: it did.
func (d Delivery) Err() string {
	if len(d.Attempts) == 0 {
		return d.Skipped
	}
	return d.Attempts[0].Error
}

// OK tells whether every attempt was answered with 200, the only documented success.
func (d Delivery) OK() bool {
	for _, attempt := range d.Attempts {
		if attempt.Status != 200 {
			return false
		}
	}
	return len(d.Attempts) > 0
}
