package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Script is weather: steps that are played one after the other on the calls
// that fit. It follows the clock of the world, so a compressed clock
// compresses it too.
type Script struct {
	// Name is what StopScript takes. Playing a name again starts it afresh.
	Name  string `json:"name"`
	Class Class  `json:"class"` // empty: every class but callbacks
	Path  string `json:"path"`  // how the path of the call begins; empty: any
	User  string `json:"user"`  // calls about this person, by id or login e-mail; empty: any
	Bot   string `json:"bot"`   // calls about this bot; empty: any
	// Seed starts the dice of steps with a probability: the same seed and the
	// same calls give the same faults.
	Seed  uint64 `json:"seed"`
	Steps []Step `json:"steps"`
}

// Step is one stretch of a script. With neither Times nor For it lasts until
// the script is stopped; with both, whichever comes first ends it. A step whose
// fault does nothing lets calls through.
type Step struct {
	Fault // Class is not used
	// For is how long the step lasts, as time.ParseDuration reads it: "4h".
	For string `json:"for"`
	// Probability is the share of calls that are hit. 0: all.
	Probability float64 `json:"probability"`
	// Callback is what a script of the class callbacks does; that of any other
	// class has none.
	Callback Callback `json:"callback"`
}

// playing is a script under way.
type playing struct {
	Script
	lengths []time.Duration
	dice    dice
	at      int       // step
	began   time.Time // of the step
	hits    int       // in the step
}

// Play starts a script now.
func (s *Simulator) Play(script Script) error {
	p := playing{Script: script, dice: dice(script.Seed), began: s.now()}
	for i, step := range script.Steps {
		length, err := step.check(script.Class)
		if err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		p.lengths = append(p.lengths, length)
	}
	if err := (Fault{Class: script.Class}).check(); err != nil && script.Class != ClassCallbacks {
		return err
	}
	if script.Class == ClassCallbacks && script.Path != "" {
		return errors.New("callbacks have no path")
	}
	if len(script.Steps) == 0 {
		return errors.New("a script has steps")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropScripts(script.Name)
	s.scripts = append(s.scripts, &p)
	s.watch.tell("faults", nil)
	return nil
}

func (s Step) check(class Class) (time.Duration, error) {
	if err := s.Callback.check(class, s.Fault); err != nil {
		return 0, err
	}
	if s.Class != "" || s.Probability < 0 || s.Probability > 1 {
		return 0, errors.New("a step has no class of its own, and probability lies between 0 and 1")
	}
	if err := s.Fault.check(); err != nil || s.For == "" {
		return 0, err
	}
	length, err := time.ParseDuration(s.For)
	if err == nil && length <= 0 {
		err = errors.New("for is not positive")
	}
	return length, err
}

// StopScript ends the script of that name, if it is playing.
func (s *Simulator) StopScript(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropScripts(name)
	s.watch.tell("faults", nil)
}

func (s *Simulator) dropScripts(name string) {
	s.scripts = slices.DeleteFunc(s.scripts, func(p *playing) bool { return p.Name == name })
}

// Scripts lists the scripts that have not come to their end.
func (s *Simulator) Scripts() []Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Script{}
	for _, p := range s.scripts {
		if p.advance(s.now()); p.at < len(p.Steps) {
			out = append(out, p.Script)
		}
	}
	return out
}

// takeScripted plays the first script that has a fault for the call. The caller
// holds the lock.
func (s *Simulator) takeScripted(c *call, class Class) (Fault, bool) {
	now := s.now()
	for _, p := range s.scripts {
		if !p.fits(c, class) {
			continue
		}
		fault := p.play(now).Fault
		if fault.Status != 0 || fault.Drop || fault.Cut || fault.DelayMillis > 0 {
			return fault, true
		}
	}
	return Fault{}, false
}

// play is the step that hits what fits the script now; the zero step for none.
func (p *playing) play(now time.Time) Step {
	p.advance(now)
	if p.at >= len(p.Steps) {
		return Step{}
	}
	step := p.Steps[p.at]
	if step.Probability != 0 && p.dice.roll() >= step.Probability {
		return Step{}
	}
	if p.hits++; p.hits == step.Times {
		p.next(now)
	}
	return step
}

// advance leaves the steps whose time is over.
func (p *playing) advance(now time.Time) {
	for p.at < len(p.Steps) && p.lengths[p.at] > 0 && !now.Before(p.began.Add(p.lengths[p.at])) {
		p.next(p.began.Add(p.lengths[p.at]))
	}
}

func (p *playing) next(at time.Time) {
	p.at, p.began, p.hits = p.at+1, at, 0
}

func (p *playing) fits(c *call, class Class) bool {
	return (p.Class == "" || p.Class == class) &&
		strings.HasPrefix(c.r.URL.Path, p.Path) &&
		(p.Bot == "" || p.Bot == c.r.PathValue("botId")) &&
		(p.User == "" || c.about(p.User))
}

// about tells whether the call names the person, in its path or, in API 1.0,
// in its body.
func (c *call) about(idOrEmail string) bool {
	w := &c.sim.world
	named := c.r.PathValue("userId")
	if c.family == gatewayV1 && c.r.Method == http.MethodPost {
		if fields, err := c.members("accountId", "content"); err == nil && fields["accountId"] != nil {
			_ = decodeInto("accountId", fields["accountId"], &named) // of another type: names nobody
		}
	}
	return named != "" && (named == idOrEmail || w.anyone(named) != nil && w.anyone(named) == w.anyone(idOrEmail))
}

// dice is SplitMix64.
type dice uint64

// roll gives the next number from 0 up to 1.
func (d *dice) roll() float64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}
