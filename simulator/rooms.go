package simulator

import (
	"fmt"
	"slices"
)

// NewRoom makes a group room with members and bots, and tells nobody: use Join
// for a bot that is invited while the world runs.
func (s *Simulator) NewRoom(domain int64, title string, members, bots []string) (Room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range members {
		if s.world.users[id] == nil {
			return Room{}, fmt.Errorf("user %s: %w", id, ErrUnknown)
		}
	}
	for _, id := range bots {
		if s.world.bots[id] == nil {
			return Room{}, fmt.Errorf("bot %s: %w", id, ErrUnknown)
		}
	}
	room := &Room{ID: newID(), Domain: domain, Title: title, Kind: MultiUsers,
		Members: slices.Clone(members), Bots: slices.Clone(bots)}
	s.world.addRoom(room)
	s.watch.tell("world", nil)
	return room.copy(), nil
}

// Direct returns the 1:1 room of a person and a bot. It comes into being when
// it is first asked for; no event is sent for that.
func (s *Simulator) Direct(userID, botID string) (Room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	room, err := s.world.directRoom(userID, botID)
	if err != nil {
		return Room{}, err
	}
	return room.copy(), nil
}

// Rooms lists every room in the order they came, 1:1 rooms included.
func (s *Simulator) Rooms() []Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Room, 0, len(s.world.order))
	for _, id := range s.world.order {
		out = append(out, s.world.rooms[id].copy())
	}
	return out
}

func (w *world) addRoom(room *Room) {
	w.rooms[room.ID] = room
	w.order = append(w.order, room.ID)
}

func (w *world) directRoom(userID, botID string) (*Room, error) {
	user, bot := w.users[userID], w.bots[botID]
	if user == nil {
		return nil, fmt.Errorf("user %s: %w", userID, ErrUnknown)
	}
	if bot == nil {
		return nil, fmt.Errorf("bot %s: %w", botID, ErrUnknown)
	}
	key := userID + "\x00" + botID
	if id, ok := w.direct[key]; ok {
		return w.rooms[id], nil
	}
	room := &Room{ID: newID(), Domain: user.Domain, Title: bot.name, Kind: SingleUser,
		Members: []string{userID}, Bots: []string{botID}}
	w.addRoom(room)
	w.direct[key] = room.ID
	return room, nil
}

// roomFor resolves the room of a post: the named one, or the 1:1 room.
func (w *world) roomFor(userID, botID, roomID string) (*Room, error) {
	if roomID == "" {
		return w.directRoom(userID, botID)
	}
	room, ok := w.rooms[roomID]
	switch {
	case !ok:
		return nil, fmt.Errorf("room %s: %w", roomID, ErrUnknown)
	case userID != "" && !slices.Contains(room.Members, userID):
		return nil, fmt.Errorf("user %s is no member of room %s", userID, roomID)
	case !slices.Contains(room.Bots, botID):
		return nil, fmt.Errorf("bot %s is not in room %s", botID, roomID)
	}
	return room, nil
}

func (r *Room) copy() Room {
	out := *r
	out.Members, out.Bots = slices.Clone(r.Members), slices.Clone(r.Bots)
	return out
}
