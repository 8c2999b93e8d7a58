package simulator

import "errors"

// Callback is what a step of a script does to the events that bots are sent.
// The zero value delivers them as they are. It is never sent again by itself,
// whatever the answer: neither is anything that a script touches.
type Callback struct {
	// Lose sends nothing. The platform has no second try, so the event is gone.
	Lose bool `json:"lose"`
	// Copies delivers the same bytes so often. 0 and 1: once.
	Copies int `json:"copies"`
	// DelayMillis is waited before delivery, so that later events overtake.
	DelayMillis int `json:"delayMillis"`
	// Shape bends the form, on top of what the post asks for.
	Shape Shape `json:"shape"`
}

// check refuses a step that does nothing it could do in a script of the class.
func (c Callback) check(class Class, fault Fault) error {
	fault.Times = 0
	switch {
	case class != ClassCallbacks && c != (Callback{}):
		return errors.New("callback belongs to the class callbacks")
	case class == ClassCallbacks && fault != (Fault{}):
		return errors.New("in the class callbacks only callback says what happens")
	case c.Copies < 0 || c.DelayMillis < 0:
		return errors.New("copies and delayMillis are not negative")
	case c.Lose && c != (Callback{Lose: true}):
		return errors.New("what is lost is not bent")
	}
	return nil
}

// bend plays the first script of callbacks that fits the event. The
// caller holds the lock.
func (s *Simulator) bend(e event, b *bot) Callback {
	for _, p := range s.scripts {
		if p.Class != ClassCallbacks || p.Bot != "" && p.Bot != b.id || !p.of(e.user) {
			continue
		}
		if played := p.play(s.now()).Callback; played != (Callback{}) {
			return played
		}
	}
	return Callback{}
}

// of tells whether the script is about this person, who is nil for events of a
// room.
func (p *playing) of(user *User) bool {
	return p.User == "" || user != nil && (p.User == user.ID || p.User == user.Email)
}

func (c Callback) shape(asked Shape) Shape {
	return Shape{
		EscapeSlashes: asked.EscapeSlashes || c.Shape.EscapeSlashes, EscapeUnicode: asked.EscapeUnicode || c.Shape.EscapeUnicode,
		Spaces: asked.Spaces || c.Shape.Spaces, UnknownType: asked.UnknownType || c.Shape.UnknownType,
		UnknownContent: asked.UnknownContent || c.Shape.UnknownContent, NoMillis: asked.NoMillis || c.Shape.NoMillis,
		StringDomain: asked.StringDomain || c.Shape.StringDomain, DirectChannel: asked.DirectChannel || c.Shape.DirectChannel,
		Late: asked.Late + c.Shape.Late,
	}
}

func (c Callback) options(asked Options) Options {
	asked.Copies = max(asked.Copies, c.Copies)
	asked.DelayMillis += c.DelayMillis
	return asked
}
