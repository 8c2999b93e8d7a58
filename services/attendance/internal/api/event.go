package api

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/google/uuid"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/correction"
	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// event is one event of a batch as the decision sees it, with the words it was made of.
type event struct {
	ref      store.Ref
	received time.Time
	content  timeclock.Content
	room     timeclock.Room
	active   bool   // the connection may record
	receipt  string // of the link that made the sender the employee
	revoked  bool   // it came in by a callback token that had been revoked
	text     string // as typed; never stored unless it is a punch
	button   string // value of the pressed button
	command  correction.Command
	asks     bool // the words may be that command
}

func readEvent(e *attendancev1.ChatEvent) event {
	read := event{
		ref: store.Ref{
			Tenant: strings.ToLower(e.GetTenant()), Key: hex.EncodeToString(e.GetEventKey()),
			Connection: strings.ToLower(e.GetConnection()), Issued: millis(e.GetIssuedTime().AsTime()),
		},
		received: millis(e.GetReceivedTime().AsTime()),
		room:     roomOf(e.GetRoomKind()),
		active:   e.GetSenderState() != attendancev1.ChatEvent_CONNECTION_INACTIVE,
		revoked:  e.GetSenderState() == attendancev1.ChatEvent_TOKEN_REVOKED,
	}
	if e.GetSenderState() == attendancev1.ChatEvent_LINKED {
		read.ref.Employee, read.receipt = employeeID(e.GetEmployee()), e.GetLinkReceipt()
	}
	read.content, read.text, read.button = contentOf(e)
	if read.content == timeclock.ContentWords {
		read.readCommand()
	}
	return read
}

// contentOf tells what can punch from what cannot. Words that nobody sent cannot.
func contentOf(e *attendancev1.ChatEvent) (content timeclock.Content, text, button string) {
	switch c := e.GetContent().(type) {
	case *attendancev1.ChatEvent_Text:
		content, text, button = timeclock.ContentWords, c.Text.GetText(), c.Text.GetPostback()
	case *attendancev1.ChatEvent_Postback:
		content, button = timeclock.ContentWords, c.Postback.GetData()
	case *attendancev1.ChatEvent_RoomEvent:
		content = timeclock.ContentRoom
	case *attendancev1.ChatEvent_BotEvent:
		content = timeclock.ContentClosed
		if c.BotEvent.GetOpened() {
			content = timeclock.ContentOpened
		}
	}
	if content == timeclock.ContentWords && e.GetSenderState() == attendancev1.ChatEvent_NO_SENDER {
		return timeclock.ContentClosed, "", ""
	}
	return content, text, button
}

// reading is what the words say. The value of one of our buttons goes before the text beside it, which a person
// could have typed; the value of a foreign button says nothing, so the text counts.
func (e event) reading(m *phrase.Matcher) timeclock.Reading {
	if e.content != timeclock.ContentWords {
		return timeclock.Reading{}
	}
	if reading, ours := phrase.ReadButton(e.button); ours {
		return reading
	}
	return m.Match(e.text)
}

func (e event) domain() timeclock.Event {
	return timeclock.Event{Key: e.ref.Key, Issued: e.ref.Issued, Content: e.content, Room: e.room}
}

func (e event) key() store.Pair { return store.Pair{Tenant: e.ref.Tenant, ID: e.ref.Key} }

func (e event) person() store.Pair { return store.Pair{Tenant: e.ref.Tenant, ID: e.ref.Employee} }

func roomOf(kind attendancev1.RoomKind) timeclock.Room {
	switch kind {
	case attendancev1.RoomKind_DIRECT:
		return timeclock.RoomDirect
	case attendancev1.RoomKind_GROUP:
		return timeclock.RoomGroup
	default:
		return timeclock.RoomUnknown
	}
}

func storedRoom(room timeclock.Room) string {
	switch room {
	case timeclock.RoomDirect:
		return "DIRECT"
	case timeclock.RoomGroup:
		return "GROUP"
	default:
		return "UNKNOWN"
	}
}

// employeeID is the canonical id, or nothing: an id that cannot exist links to nobody.
func employeeID(name string) string {
	id, err := uuid.Parse(employeeOf(name))
	if err != nil {
		return ""
	}
	return id.String()
}

func millis(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
