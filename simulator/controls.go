package simulator

import (
	"fmt"
	"net/http"
	"slices"
)

// shownDelivery is a delivery with its event as text.
type shownDelivery struct {
	Delivery
	Event string `json:"event"`
}

func showDelivery(w http.ResponseWriter, delivery Delivery, err error) {
	if err != nil {
		refusePage(w, err)
		return
	}
	show(w, shownDelivery{delivery, string(delivery.Body)})
}

func (s *Simulator) takeSay(w http.ResponseWriter, r *http.Request) {
	var post Post
	if readPage(w, r, &post) {
		delivery, err := s.Say(r.Context(), post)
		showDelivery(w, delivery, err)
	}
}

func (s *Simulator) takePress(w http.ResponseWriter, r *http.Request) {
	var press Press
	if readPage(w, r, &press) {
		delivery, err := s.Press(r.Context(), press)
		showDelivery(w, delivery, err)
	}
}

func (s *Simulator) takeCallback(w http.ResponseWriter, r *http.Request) {
	var request struct {
		URL string `json:"url"`
	}
	if !readPage(w, r, &request) {
		return
	}
	raw, err := encodeJSON(request.URL)
	if err == nil {
		err = (&bot{}).setCallback(raw)
	}
	if err == nil {
		err = s.SetCallback(r.PathValue("bot"), request.URL)
	}
	if err != nil {
		refusePage(w, err)
		return
	}
	show(w, struct{}{})
}

func (s *Simulator) takeFaultRequest(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	if !readPage(w, r, &fault) {
		return
	}
	if err := fault.check(); err != nil {
		refusePage(w, err)
		return
	}
	s.Fail(fault)
	show(w, s.Faults())
}

func (f Fault) check() error {
	classes := []Class{"", ClassToken, ClassUsers, ClassMessages, ClassBots}
	switch {
	case !slices.Contains(classes, f.Class):
		return fmt.Errorf("class %q: %w", f.Class, ErrUnknown)
	case f.Location != "" && (f.Status < 301 || f.Status > 308):
		return fmt.Errorf("a location belongs to a status from 301 to 308")
	case f.Location != "":
		f.Status, f.Location = http.StatusNotFound, "" // the rest as of any failure
		return f.check()
	case f.Status == 0 && (f.Code != "" || f.Page != ""):
		return fmt.Errorf("code and page belong to a status")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status %d is no failure", f.Status)
	case f.Status != 0 && (f.Cut || f.Drop), f.Cut && f.Drop:
		return fmt.Errorf("status, cut and drop exclude each other")
	case f.Times < 0 || f.DelayMillis < 0 || f.Reset < 0:
		return fmt.Errorf("times, delayMillis and reset are not negative")
	}
	return nil
}

func (s *Simulator) clearFaults(w http.ResponseWriter, r *http.Request) {
	if class := Class(r.URL.Query().Get("class")); class != "" {
		s.Heal(class)
	} else {
		s.Heal()
	}
	show(w, s.Faults())
}

func (s *Simulator) takeRevoke(w http.ResponseWriter, _ *http.Request) {
	s.RevokeTokens()
	show(w, struct{}{})
}

func (s *Simulator) takeSettings(w http.ResponseWriter, r *http.Request) {
	settings := s.Settings()
	if !readPage(w, r, &settings) {
		return
	}
	s.Change(settings)
	show(w, settings)
}

// roomsOf lists a person's rooms: the 1:1 rooms with the tenant's bots first.
func (w *world) roomsOf(user *User) []*Room {
	var out []*Room
	for _, id := range w.listed {
		if w.tenantOf(w.bots[id].domain) != w.tenantOf(user.Domain) {
			continue
		}
		if room, err := w.directRoom(user.ID, id); err == nil {
			out = append(out, room)
		}
	}
	for _, id := range w.order {
		if room := w.rooms[id]; room.Kind != SingleUser && slices.Contains(room.Members, user.ID) {
			out = append(out, room)
		}
	}
	return out
}
