package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/content"
)

// Button is a button of a message or of a menu.
type Button = content.Action

// Message is one message in a room, as its people see it.
type Message struct {
	ID      int64             `json:"id"` // grows with time over all rooms
	Room    string            `json:"room"`
	From    string            `json:"from"` // user id or bot id
	FromBot bool              `json:"fromBot"`
	Time    time.Time         `json:"time"`
	Kind    string            `json:"kind"` // content.type; "postback" for a tap that sent only an event
	Text    string            `json:"text"`
	Texts   map[string]string `json:"texts,omitempty"` // i18nTexts by language
	Buttons []Button          `json:"buttons,omitempty"`
	// QuickReplies are the buttons under the newest message.
	QuickReplies []Button        `json:"quickReplies,omitempty"`
	Content      json.RawMessage `json:"content,omitempty"` // as it was sent
	Delivery     int64           `json:"delivery,omitempty"`
	// Outcome is what became of the delivery: "" while under way, a status
	// as "200", or a reason.
	Outcome string `json:"outcome,omitempty"`
}

// TextIn is the text that a person with the language sees, for example "en_US".
func (m Message) TextIn(language string) string {
	if text, ok := m.Texts[language]; ok {
		return text
	}
	return m.Text
}

// Messages returns what a room shows, oldest first.
func (s *Simulator) Messages(roomID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Message, 0, len(s.world.texts[roomID]))
	for _, message := range s.world.texts[roomID] {
		out = append(out, *message)
	}
	return out
}

// WaitReply waits for the first message of a bot in the room with an id above
// after (Delivery.Message, or 0 for any). The error tells that the context
// ended first.
func (s *Simulator) WaitReply(ctx context.Context, roomID string, after int64) (Message, error) {
	for {
		s.mu.Lock()
		changed := s.changed
		reply, ok := s.reply(roomID, after)
		s.mu.Unlock()
		if ok {
			return reply, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Message{}, fmt.Errorf("no reply in room %s: %w", roomID, ctx.Err())
		}
	}
}

func (s *Simulator) reply(roomID string, after int64) (Message, bool) {
	all := s.world.texts[roomID]
	first := sort.Search(len(all), func(i int) bool { return all[i].ID > after })
	for _, message := range all[first:] {
		if message.FromBot {
			return *message, true
		}
	}
	return Message{}, false
}

// show puts a person's post into the room. The caller holds the lock.
func (s *Simulator) show(e event, post Post) *Message {
	kind := "postback"
	text := post.Text
	if e.content != nil {
		var head struct{ Type, Text string }
		if json.Unmarshal(e.content, &head) == nil {
			kind, text = head.Type, head.Text
		}
	}
	message := &Message{Room: e.room.ID, From: post.User, Time: e.issued.Add(-post.Shape.Late), Kind: kind, Text: text, Content: e.content}
	s.add(message)
	return message
}

// add gives the message its id, stores and announces it. The caller holds the lock.
func (s *Simulator) add(message *Message) {
	message.ID = s.next()
	all := append(s.world.texts[message.Room], message)
	if extra := len(all) - s.config.LedgerSize; extra > 0 {
		all = all[extra:]
	}
	s.world.texts[message.Room] = all
	close(s.changed)
	s.changed = make(chan struct{})
	s.watch.tell("message", *message)
}

// botSays puts an accepted API message into the room. The caller holds the lock.
func (s *Simulator) botSays(b *bot, room *Room, said content.Content, raw json.RawMessage) {
	s.add(&Message{
		Room: room.ID, From: b.id, FromBot: true, Time: s.now(), Kind: said.Kind, Text: said.Text, Texts: said.Texts,
		Buttons: said.Buttons, QuickReplies: said.QuickReplies, Content: raw,
	})
}

// menuOf returns the registered menu, or the four default punch buttons.
func menuOf(b *bot) []Button {
	if len(b.menu) > 0 {
		return b.menu
	}
	out := make([]Button, 0, 4)
	for _, punch := range [][3]string{
		{"出勤", "Clock in", "CLOCK_IN"}, {"休憩", "Break", "BREAK_START"},
		{"復帰", "Back", "BREAK_END"}, {"退勤", "Clock out", "CLOCK_OUT"},
	} {
		out = append(out, Button{Type: "message", Label: punch[0], Text: punch[0],
			Labels: map[string]string{"en_US": punch[1]}, Postback: "dakoku:" + punch[2]})
	}
	return out
}
