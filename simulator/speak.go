package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Prepared is an event that has happened but was not yet delivered: with it a
// test decides order and time of delivery.
type Prepared struct {
	Delivery Delivery
	Options  Options
}

// Say does what the post says and delivers the event. The error tells that the
// post is impossible; what became of the delivery is in the Delivery.
func (s *Simulator) Say(ctx context.Context, post Post) (Delivery, error) {
	prepared, err := s.Prepare(post)
	if err != nil {
		return Delivery{}, err
	}
	return s.Send(ctx, prepared), nil
}

// SendSticker posts a sticker in the 1:1 room or the given room.
func (s *Simulator) SendSticker(ctx context.Context, user, bot, room string, sticker Sticker) (Delivery, error) {
	return s.Say(ctx, Post{User: user, Bot: bot, Room: room, Sticker: &sticker})
}

// SayReordered posts in the order given and delivers in the reverse order.
func (s *Simulator) SayReordered(ctx context.Context, posts ...Post) ([]Delivery, error) {
	prepared := make([]Prepared, 0, len(posts))
	for _, post := range posts {
		p, err := s.Prepare(post)
		if err != nil {
			return nil, err
		}
		prepared = append(prepared, p)
	}
	out := make([]Delivery, len(posts))
	for i, p := range slices.Backward(prepared) {
		out[i] = s.Send(ctx, p)
	}
	return out, nil
}

// Prepare puts the post into its room and writes the event, without delivering
// it. Send delivers it.
func (s *Simulator) Prepare(post Post) (Prepared, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, b, err := s.happen(post)
	if err != nil {
		return Prepared{}, err
	}
	message := s.show(e, post)
	prepared, err := s.prepare(e, b, post.Shape, post.Options)
	prepared.Delivery.Message = message.ID
	message.Delivery = prepared.Delivery.ID
	return prepared, err
}

// happen turns a post into an event. The caller holds the lock.
func (s *Simulator) happen(post Post) (event, *bot, error) {
	user := s.world.users[post.User]
	if user == nil {
		return event{}, nil, fmt.Errorf("user %s: %w", post.User, ErrUnknown)
	}
	botID, err := s.world.botOf(post)
	if err != nil {
		return event{}, nil, err
	}
	room, err := s.world.roomFor(post.User, botID, post.Room)
	if err != nil {
		return event{}, nil, err
	}
	switch {
	case user.Suspended:
		return event{}, nil, fmt.Errorf("user %s is suspended", user.ID)
	case room.Kind == SingleUser && !s.world.bots[botID].visibleIn(user.Domain):
		return event{}, nil, fmt.Errorf("bot %s is not public in domain %d", botID, user.Domain)
	}
	e := event{kind: "message", user: user, room: room, data: post.Data, issued: s.issue(user, post.SentAt)}
	if post.Data != "" {
		e.kind = "postback"
		return e, s.world.bots[botID], nil
	}
	e.content, err = post.content()
	return e, s.world.bots[botID], err
}

func (w *world) botOf(post Post) (string, error) {
	if post.Bot != "" {
		if w.bots[post.Bot] == nil {
			return "", fmt.Errorf("bot %s: %w", post.Bot, ErrUnknown)
		}
		return post.Bot, nil
	}
	if room := w.rooms[post.Room]; room != nil && len(room.Bots) == 1 {
		return room.Bots[0], nil
	}
	return "", errors.New("the post names no bot, and its room has not exactly one")
}

func (p Post) content() (json.RawMessage, error) {
	switch {
	case p.Content != nil:
		return p.Content, nil
	case p.Sticker != nil:
		return encodeJSON(struct {
			Type string `json:"type"`
			Sticker
		}{"sticker", *p.Sticker})
	}
	return encodeJSON(struct {
		Type     string `json:"type"`
		Text     string `json:"text"`
		Postback string `json:"postback,omitempty"`
	}{"text", p.Text, p.Postback})
}

// issue gives the time of an event, in whole milliseconds.
func (s *Simulator) issue(user *User, sentAt time.Time) time.Time {
	if !sentAt.IsZero() {
		return sentAt.Truncate(time.Millisecond)
	}
	at := s.now().Truncate(time.Millisecond)
	if last := s.world.issued[user.ID]; !at.After(last) {
		at = last.Add(time.Millisecond)
	}
	s.world.issued[user.ID] = at
	return at
}

// Press is a tap on a button.
type Press struct {
	User string `json:"user"`
	Bot  string `json:"bot"`
	Room string `json:"room"` // empty: the 1:1 room
	// Message is the bot's message that carries the button. 0: the bot's
	// persistent menu, or the four default punch buttons without one.
	Message int64     `json:"message"`
	Label   string    `json:"label"` // of the button, in any of its languages
	SentAt  time.Time `json:"sentAt"`
	Shape   Shape     `json:"shape"`
	Options Options   `json:"options"`
}

// Press taps a button and delivers the event that the platform makes of it. A
// button that only opens or copies something sends no event: see Skipped.
func (s *Simulator) Press(ctx context.Context, press Press) (Delivery, error) {
	button, err := s.button(press)
	if err != nil {
		return Delivery{}, err
	}
	post := Post{User: press.User, Bot: press.Bot, Room: press.Room, SentAt: press.SentAt, Shape: press.Shape, Options: press.Options}
	switch button.Type {
	case "message":
		post.Text, post.Postback = button.Text, button.Postback
		if post.Text == "" {
			post.Text = press.Label
		}
	case "postback":
		post.Text, post.Data = button.DisplayText, button.Data
	default:
		return Delivery{Bot: press.Bot, User: press.User, Skipped: "a " + button.Type + " button sends no event"}, nil
	}
	return s.Say(ctx, post)
}

func (s *Simulator) button(press Press) (Button, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[press.Bot]
	if b == nil {
		return Button{}, fmt.Errorf("bot %s: %w", press.Bot, ErrUnknown)
	}
	if press.Message == 0 {
		return pick(menuOf(b), press.Label)
	}
	room, err := s.world.roomFor(press.User, press.Bot, press.Room)
	if err != nil {
		return Button{}, err
	}
	for _, message := range s.world.texts[room.ID] {
		if message.ID == press.Message {
			return pick(slices.Concat(message.Buttons, message.QuickReplies), press.Label)
		}
	}
	return Button{}, fmt.Errorf("message %d: %w", press.Message, ErrUnknown)
}

func pick(buttons []Button, label string) (Button, error) {
	for _, button := range buttons {
		if button.Label == label {
			return button, nil
		}
		for _, translated := range button.Labels {
			if translated == label {
				return button, nil
			}
		}
	}
	return Button{}, fmt.Errorf("no button %q there", label)
}
