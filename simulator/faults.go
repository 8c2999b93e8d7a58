package simulator

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Class names a group of API endpoints.
type Class string

// The classes of endpoints.
const (
	ClassToken    Class = "token"    // token endpoints of both versions
	ClassUsers    Class = "users"    // look-ups of people
	ClassMessages Class = "messages" // messages sent by bots
	ClassBots     Class = "bots"     // everything about bots, menus and rooms
	// ClassCallbacks is no group of endpoints: scripts of this class bend what
	// bots are sent.
	ClassCallbacks Class = "callbacks"
)

// Fault makes calls of a class fail. The first fault that fits a call is played.
type Fault struct {
	Class Class `json:"class"` // empty: every class
	// Status is answered instead of doing what was asked. 0: do it.
	Status int `json:"status"`
	// Times is how many calls it hits. 0: until cleared.
	Times int `json:"times"`
	// DelayMillis is waited before anything else.
	DelayMillis int `json:"delayMillis"`
	// Drop does what was asked and then cuts the connection without answer.
	Drop bool `json:"drop"`
	// Cut cuts the connection without doing what was asked.
	Cut bool `json:"cut"`
	// Code is the error code of the answer. Empty: the usual one of Status.
	Code string `json:"code"`
	// Page answers this text as HTML, as a proxy in between would, instead of
	// an error in JSON.
	Page string `json:"page"`
	// Location sends the client elsewhere; Status is 301 to 308 then.
	Location string `json:"location"`
	// Bare leaves the rateLimit headers off a 429.
	Bare bool `json:"bare"`
	// Reset is the rateLimit-reset of a 429, in seconds. 0: 1.
	Reset int `json:"reset"`
}

// Fail adds a fault.
func (s *Simulator) Fail(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault)
	s.watch.tell("faults", nil)
}

// Heal removes the faults and scripts of the classes, or all without a class.
func (s *Simulator) Heal(classes ...Class) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool {
		return len(classes) == 0 || slices.Contains(classes, f.Class)
	})
	s.scripts = slices.DeleteFunc(s.scripts, func(p *playing) bool {
		return len(classes) == 0 || slices.Contains(classes, p.Class)
	})
	s.watch.tell("faults", nil)
}

// Faults lists the faults that are still to be played.
func (s *Simulator) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.faults))
	for _, fault := range s.faults {
		out = append(out, *fault)
	}
	return out
}

// RevokeTokens ends every access and refresh token of both API versions now.
func (s *Simulator) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = newTokens()
}

// takeFault uses up one play of the first fault that fits, or else of the first
// script.
func (s *Simulator) takeFault(c *call, class Class) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, fault := range s.faults {
		if fault.Class != "" && fault.Class != class {
			continue
		}
		played := *fault
		if fault.Times == 1 {
			s.faults = slices.Delete(s.faults, i, i+1)
		} else if fault.Times > 1 {
			fault.Times--
		}
		s.watch.tell("faults", nil)
		return played, true
	}
	return s.takeScripted(c, class)
}

func (f Fault) wait(ctx context.Context) {
	if f.DelayMillis <= 0 {
		return
	}
	timer := time.NewTimer(time.Duration(f.DelayMillis) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (f Fault) answer(family family) answer {
	code := f.Code
	if code == "" {
		code = family.codeFor(f.Status)
	}
	out := family.refuse(f.Status, code, http.StatusText(f.Status))
	if f.Page != "" {
		out.body = htmlPage(f.Page)
	}
	if f.Location != "" {
		out.header.Set("Location", f.Location)
	}
	if f.Status == http.StatusTooManyRequests && !f.Bare {
		out.header.Set("rateLimit-limit", strconv.Itoa(defaultRate))
		out.header.Set("rateLimit-remaining", "0")
		out.header.Set("rateLimit-reset", strconv.Itoa(max(f.Reset, 1)))
	}
	return out
}

// silent faults end the connection instead of answering.
func (f Fault) silent() bool { return f.Status == 0 && (f.Drop || f.Cut) }

func (f Fault) note() string {
	switch {
	case f.Status != 0:
		return "fault: status " + strconv.Itoa(f.Status)
	case f.Cut:
		return "fault: connection cut"
	case f.Drop:
		return "fault: done, then connection cut"
	}
	return "fault: delay"
}
