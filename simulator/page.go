package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/dakoku/dakoku/simulator/internal/page"
)

// shownPeople bounds the list of people on the page.
const shownPeople = 300

// pageRoutes serves the chat page and its controls. A control that changes
// something refuses requests that come from another site.
func (s *Simulator) pageRoutes(mux *http.ServeMux) {
	control := func(pattern string, handle http.HandlerFunc) {
		mux.Handle(pattern, http.NewCrossOriginProtection().Handler(handle))
	}
	mux.Handle("GET /{$}", page.Index())
	mux.Handle("GET /assets/", page.Assets())
	mux.HandleFunc("GET /sim/world", s.showWorld)
	mux.HandleFunc("GET /sim/rooms", s.showRooms)
	mux.HandleFunc("GET /sim/rooms/{room}/messages", s.showMessages)
	mux.HandleFunc("GET /sim/live", s.live)
	mux.HandleFunc("GET /sim/ledger", s.showLedger)
	mux.HandleFunc("GET /sim/bots/{bot}/credentials", s.showCredentials)
	mux.HandleFunc("GET /sim/faults", s.showFaults)
	control("POST /sim/say", s.takeSay)
	control("POST /sim/press", s.takePress)
	control("POST /sim/bots/{bot}/callback", s.takeCallback)
	control("POST /sim/faults", s.takeFaultRequest)
	control("DELETE /sim/faults", s.clearFaults)
	mux.HandleFunc("GET /sim/scripts", s.showScripts)
	control("POST /sim/scripts", s.takeScript)
	control("DELETE /sim/scripts/{name}", s.stopScript)
	control("POST /sim/users/{user}", s.takePerson)
	control("POST /sim/bots/{bot}", s.takeConfiguration)
	control("POST /sim/bots/{bot}/change", s.takeChange)
	control("POST /sim/domains/{domain}", s.takeDomain)
	control("POST /sim/revoke", s.takeRevoke)
	control("POST /sim/settings", s.takeSettings)
}

type shownUser struct {
	User
	Name string `json:"name"`
}

type shownBot struct {
	Bot
	Buttons []Button `json:"buttons"` // the menu, or the default punch buttons
}

func (s *Simulator) showWorld(w http.ResponseWriter, _ *http.Request) {
	users, bots, faults := []shownUser{}, []shownBot{}, s.Faults()
	for _, user := range s.Users() {
		if len(users) < shownPeople {
			users = append(users, shownUser{user, user.Name()})
		}
	}
	s.mu.Lock()
	for _, id := range s.world.listed {
		bots = append(bots, shownBot{s.world.bots[id].view(), menuOf(s.world.bots[id])})
	}
	s.mu.Unlock()
	settings := s.Settings()
	show(w, map[string]any{"users": users, "bots": bots, "faults": faults, "settings": settings})
}

func (s *Simulator) showFaults(w http.ResponseWriter, _ *http.Request) { show(w, s.Faults()) }

type shownRoom struct {
	Room
	Last *Message `json:"last"`
}

// showRooms lists the rooms of a person, with a 1:1 room for each bot of the tenant.
func (s *Simulator) showRooms(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user := s.world.users[r.URL.Query().Get("user")]
	if user == nil {
		refusePage(w, fmt.Errorf("user: %w", ErrUnknown))
		return
	}
	out := []shownRoom{}
	for _, room := range s.world.roomsOf(user) {
		shown := shownRoom{Room: room.copy()}
		if texts := s.world.texts[room.ID]; len(texts) > 0 {
			last := *texts[len(texts)-1]
			shown.Last = &last
		}
		out = append(out, shown)
	}
	show(w, out)
}

func (s *Simulator) showMessages(w http.ResponseWriter, r *http.Request) {
	show(w, s.Messages(r.PathValue("room")))
}

func (s *Simulator) showLedger(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	after, err := strconv.ParseInt("0"+query.Get("after"), 10, 64)
	if err != nil {
		refusePage(w, fmt.Errorf("after is no number: %w", err))
		return
	}
	entries := s.Ledger(Query{Kind: EntryKind(query.Get("kind")), Class: Class(query.Get("class")), Bot: query.Get("bot"), After: after})
	if last, err := strconv.Atoi(query.Get("last")); err == nil && last >= 0 && last < len(entries) {
		entries = entries[len(entries)-last:]
	}
	show(w, entries)
}

func (s *Simulator) showCredentials(w http.ResponseWriter, r *http.Request) {
	credentials, err := s.Credentials(r.PathValue("bot"))
	if err != nil {
		refusePage(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	show(w, credentials)
}

// live streams notices as server-sent events until the page goes.
func (s *Simulator) live(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	if control.SetReadDeadline(time.Time{}) != nil {
		return
	}
	notices := s.watch.add()
	defer s.watch.remove(notices)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil || control.Flush() != nil {
		return
	}
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": here\n\n"); err != nil || control.Flush() != nil {
				return
			}
		case n, open := <-notices:
			if !open || n.write(w) != nil || control.Flush() != nil {
				return
			}
		}
	}
}

func (n notice) write(w http.ResponseWriter) error {
	raw, err := encodeJSON(n)
	if err != nil {
		return fmt.Errorf("write a notice: %w", err)
	}
	_, err = fmt.Fprintf(w, "data: %s\n\n", raw)
	return err
}

func show(w http.ResponseWriter, value any) { ok(http.StatusOK, value).write(w) }

func refusePage(w http.ResponseWriter, err error) {
	ok(http.StatusBadRequest, map[string]string{"error": err.Error()}).write(w)
}

func readPage(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		refusePage(w, fmt.Errorf("the request cannot be read: %w", err))
		return false
	}
	return true
}
