package simulator

import (
	"context"
	"fmt"
	"slices"
)

// Join invites a bot into a group room and delivers "join".
func (s *Simulator) Join(ctx context.Context, botID, roomID string) (Delivery, error) {
	return s.roomEvent(ctx, "join", botID, roomID, nil, func(room *Room) {
		if !slices.Contains(room.Bots, botID) {
			room.Bots = append(room.Bots, botID)
		}
	})
}

// Leave takes a bot out of a group room and delivers "leave".
func (s *Simulator) Leave(ctx context.Context, botID, roomID string) (Delivery, error) {
	return s.roomEvent(ctx, "leave", botID, roomID, nil, func(room *Room) {
		room.Bots = slices.DeleteFunc(room.Bots, func(id string) bool { return id == botID })
	})
}

// Joined lets people enter a group room and delivers "joined" to the bot.
func (s *Simulator) Joined(ctx context.Context, botID, roomID string, users ...string) (Delivery, error) {
	return s.roomEvent(ctx, "joined", botID, roomID, users, func(room *Room) {
		for _, id := range users {
			if !slices.Contains(room.Members, id) {
				room.Members = append(room.Members, id)
			}
		}
	})
}

// Left lets people leave a group room and delivers "left" to the bot.
func (s *Simulator) Left(ctx context.Context, botID, roomID string, users ...string) (Delivery, error) {
	return s.roomEvent(ctx, "left", botID, roomID, users, func(room *Room) {
		room.Members = slices.DeleteFunc(room.Members, func(id string) bool { return slices.Contains(users, id) })
	})
}

// Begin lets a person open the 1:1 room and delivers "begin". API 1.0 has no
// such event, and API 2.0 sends it only when it is among the bot's events.
func (s *Simulator) Begin(ctx context.Context, userID, botID string) (Delivery, error) {
	return s.directEvent(ctx, "begin", userID, botID)
}

// End lets a person leave the 1:1 room and delivers "end", as Begin does.
func (s *Simulator) End(ctx context.Context, userID, botID string) (Delivery, error) {
	return s.directEvent(ctx, "end", userID, botID)
}

func (s *Simulator) directEvent(ctx context.Context, kind, userID, botID string) (Delivery, error) {
	s.mu.Lock()
	room, err := s.world.directRoom(userID, botID)
	if err != nil {
		s.mu.Unlock()
		return Delivery{}, err
	}
	user := s.world.users[userID]
	e := event{kind: kind, user: user, room: room, issued: s.issue(user, s.now())}
	prepared, err := s.prepare(e, s.world.bots[botID], Shape{}, Options{})
	s.mu.Unlock()
	if err != nil {
		return Delivery{}, err
	}
	return s.Send(ctx, prepared), nil
}

func (s *Simulator) roomEvent(ctx context.Context, kind, botID, roomID string, users []string, change func(*Room)) (Delivery, error) {
	prepared, err := s.prepareRoomEvent(kind, botID, roomID, users, change)
	if err != nil {
		return Delivery{}, err
	}
	return s.Send(ctx, prepared), nil
}

func (s *Simulator) prepareRoomEvent(kind, botID, roomID string, users []string, change func(*Room)) (Prepared, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, room := s.world.bots[botID], s.world.rooms[roomID]
	if b == nil || room == nil || room.Kind == SingleUser {
		return Prepared{}, fmt.Errorf("bot %s or group room %s: %w", botID, roomID, ErrUnknown)
	}
	if kind == "join" && !b.joinsGroups() {
		return Prepared{}, fmt.Errorf("bot %s may not be invited into rooms", botID)
	}
	e := event{kind: kind, room: room, issued: s.now()}
	for _, id := range users {
		user := s.world.users[id]
		if user == nil {
			return Prepared{}, fmt.Errorf("user %s: %w", id, ErrUnknown)
		}
		e.members = append(e.members, user)
	}
	change(room)
	s.watch.tell("world", nil)
	return s.prepare(e, b, Shape{}, Options{})
}
