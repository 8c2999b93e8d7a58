// Package check judges, item by item, whether a connection to LINE WORKS can
// work: what was found, and what to do in the Developer Console or on the Admin
// screen.
//
// It knows how the platform's settings are called and what punching needs. It
// refuses to ask anybody: what was seen is given to it.
package check

import (
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// Kind is what was looked at, spelled as in the contract.
type Kind string

// The kinds, in the order in which a person would fix them.
const (
	Token         Kind = "TOKEN"
	Scopes        Kind = "SCOPES"
	TheBot        Kind = "BOT"
	BotPublic     Kind = "BOT_PUBLIC"
	CallbackURL   Kind = "CALLBACK_URL"
	EventTypes    Kind = "EVENT_TYPES"
	MessageTypes  Kind = "MESSAGE_TYPES"
	GroupRooms    Kind = "GROUP_ROOMS"
	LookUp        Kind = "LOOK_UP"
	Clock         Kind = "CLOCK"
	FirstCallback Kind = "FIRST_CALLBACK"
)

// Result is how a check ended, spelled as in the contract.
type Result string

// The results.
const (
	Passed  Result = "PASSED"
	Advice  Result = "ADVICE"  // works, but not as most companies want it
	Failed  Result = "FAILED"  // something is missing
	Unknown Result = "UNKNOWN" // could not be looked at
)

// Item is one line of a test. Remedy is empty when passed.
type Item struct {
	Kind          Kind
	Result        Result
	Found, Remedy fault.Text
}

// Reason is why something could not be had from LINE WORKS.
type Reason uint8

// The reasons. The zero value is none: it was had.
const (
	Fine         Reason = iota
	BadClient           // client id or client secret
	BadAccount          // service account
	BadKey              // private key
	BadTimes            // our clock
	BadKeys             // one of them; the answer does not say which
	ScopeMissing        // the app has no such scope
	Forbidden
	Missing // no such bot
	Limited // too many calls
	Away    // no answer
	Refused // anything else
)

// Trouble is a reason with the platform's code.
type Trouble struct {
	Reason Reason
	Code   string // of the platform or the client, for example HTTP_404
}

// Any tells that something was not had.
func (t Trouble) Any() bool { return t.Reason != Fine }

// OfKeys tells that LINE WORKS refused a value of the keys.
func (t Trouble) OfKeys() bool {
	switch t.Reason {
	case BadClient, BadAccount, BadKey, BadKeys:
		return true
	default:
		return false
	}
}

// Bot is how LINE WORKS has the bot set up.
type Bot struct {
	CallbackOn   bool
	CallbackURL  string
	MessageTypes []string
	EventTypes   []string // not used in API 1.0
	GroupRooms   bool
}

// Domain is one domain of the bot.
type Domain struct{ Public, SelectedOnly bool }

// Seen is all that was seen. Later members mean nothing behind a trouble.
type Seen struct {
	Version       credential.Version
	Token         Trouble
	Scopes        Trouble  // the scopes could not be tried one by one
	MissingScopes []string // of those of every day
	NoBotScope    bool     // the app may not change bots: we cannot register
	BotTrouble    Trouble
	Bot           Bot
	DomainTrouble Trouble
	Domains       []Domain
	Person        Trouble       // a person could not be looked up
	Asked         int           // people who are linked and were asked about
	Told          int           // of them, those of whom LINE WORKS told, be it that it knows nobody such
	Known         int           // of these, those whom it knows
	OurURLs       []string      // live callback URLs of the connection
	Skew          time.Duration // LINE WORKS's clock minus ours
	SkewKnown     bool
	RevokedURL    bool      // the bot's callback URL holds a token of the connection that is revoked
	Staged        bool      // the keys are staged: what is done from here is done with the current ones
	Stored        time.Time // since when callbacks signed with the keys are accepted
	Verified      bool      // one was, since then
	LastCallback  time.Time // that was accepted, whichever keys signed it; zero: none yet
	LastFailure   time.Time // whose signature or bot did not fit; zero: none
}

// TokenGiven tells that LINE WORKS gave an access token of every day for the keys.
func (s Seen) TokenGiven() bool {
	return !s.Token.Any() && !s.Scopes.Any() && len(s.MissingScopes) == 0
}

// Judge answers every item.
func Judge(s Seen) []Item {
	return []Item{
		s.token(), s.scopes(), s.bot(), s.public(), s.callbackURL(), s.eventTypes(), s.messageTypes(), s.groupRooms(),
		s.lookUp(), s.clock(), s.firstCallback(),
	}
}

// Ready is true when every check was made and none failed: nobody knows that what
// could not be looked at works.
func Ready(items []Item) bool {
	for _, item := range items {
		if item.Result == Failed || item.Result == Unknown {
			return false
		}
	}
	return true
}

func passed(kind Kind, ja, en string) Item {
	return Item{Kind: kind, Result: Passed, Found: fault.Text{JA: ja, EN: en}}
}
