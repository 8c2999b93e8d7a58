package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// User is a person of the world.
type User struct {
	ID         string `json:"id"`     // userId: opaque, permanent. Empty: made by NewUser
	Domain     int64  `json:"domain"` // domainId of the person's domain
	Email      string `json:"email"`  // login e-mail; may change, unique in the world
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	Language   string `json:"language"` // of the person's app, for example "ja_JP"; empty: ja_JP
	Suspended  bool   `json:"suspended"`
}

// Name is the person's display name, in the order of the person's language.
func (u User) Name() string {
	if strings.HasPrefix(u.Language, "en") {
		return strings.TrimSpace(u.GivenName + " " + u.FamilyName)
	}
	return strings.TrimSpace(u.FamilyName + " " + u.GivenName)
}

// RoomKind is the channelType of a room.
type RoomKind string

// The kinds of rooms that the simulator makes.
const (
	SingleUser RoomKind = "SINGLE_USER" // a person and a bot
	MultiUsers RoomKind = "MULTI_USERS"
)

// Room is a talk room.
type Room struct {
	ID      string   `json:"id"` // channelId and roomId
	Domain  int64    `json:"domain"`
	Title   string   `json:"title"`
	Kind    RoomKind `json:"kind"`
	Members []string `json:"members"` // user ids
	Bots    []string `json:"bots"`    // bot ids
}

// ErrUnknown says that a user, bot, room or domain does not exist.
var ErrUnknown = errors.New("not known in this world")

// world is what exists. The simulator's lock guards it.
type world struct {
	domains map[int64]*domain
	users   map[string]*User // by id
	emails  map[string]*User
	people  []string // user ids in the order they came
	rooms   map[string]*Room
	order   []string          // room ids in the order they came
	direct  map[string]string // user and bot -> room id
	bots    map[string]*bot
	listed  []string // bot ids in the order they came
	apps    map[string]*app
	servers map[string]*bot // API 1.0 bots by API ID
	texts   map[string][]*Message
	issued  map[string]time.Time // last issuedTime of each person
}

type domain struct {
	id     int64
	tenant int64
	name   string
	rate   int // calls per minute of its own; 0: the simulator's
}

func newWorld() world {
	return world{
		domains: map[int64]*domain{}, users: map[string]*User{}, emails: map[string]*User{},
		rooms: map[string]*Room{}, direct: map[string]string{}, bots: map[string]*bot{},
		apps: map[string]*app{}, servers: map[string]*bot{}, texts: map[string][]*Message{},
		issued: map[string]time.Time{},
	}
}

// NewTenant makes a tenant with one domain and returns the domain's id.
func (s *Simulator) NewTenant(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.addDomain(int64(len(s.world.domains))+1, name)
}

// NewDomain adds a domain to the tenant of an existing domain.
func (s *Simulator) NewDomain(beside int64, name string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sibling, ok := s.world.domains[beside]
	if !ok {
		return 0, fmt.Errorf("domain %d: %w", beside, ErrUnknown)
	}
	return s.world.addDomain(sibling.tenant, name), nil
}

func (w *world) addDomain(tenant int64, name string) int64 {
	const first = 40000001
	id := first + int64(len(w.domains))
	w.domains[id] = &domain{id: id, tenant: tenant, name: name}
	return id
}

func (w *world) tenantOf(domainID int64) int64 {
	if d, ok := w.domains[domainID]; ok {
		return d.tenant
	}
	return 0
}

// NewUser adds a person. The e-mail is lower-cased, as login ids are.
func (s *Simulator) NewUser(user User) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user.Email = strings.ToLower(user.Email)
	if user.ID == "" {
		user.ID = newID()
	}
	if user.Language == "" {
		user.Language = "ja_JP"
	}
	if _, ok := s.world.domains[user.Domain]; !ok {
		return User{}, fmt.Errorf("domain %d: %w", user.Domain, ErrUnknown)
	}
	if s.world.users[user.ID] != nil || s.world.emails[user.Email] != nil {
		return User{}, fmt.Errorf("user %s or e-mail %s exists already", user.ID, user.Email)
	}
	s.world.users[user.ID], s.world.emails[user.Email] = &user, &user
	s.world.people = append(s.world.people, user.ID)
	s.watch.tell("world", nil)
	return user, nil
}

// ChangeEmail gives a person another login e-mail; the userId stays.
func (s *Simulator) ChangeEmail(userID, email string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, ok := s.world.users[userID]
	if !ok {
		return fmt.Errorf("user %s: %w", userID, ErrUnknown)
	}
	email = strings.ToLower(email)
	if taken := s.world.emails[email]; taken != nil && taken != user {
		return fmt.Errorf("e-mail %s exists already", email)
	}
	delete(s.world.emails, user.Email)
	user.Email = email
	s.world.emails[email] = user
	return nil
}

// RemoveUser deletes a person: look-ups answer 404 from now on.
func (s *Simulator) RemoveUser(userID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, ok := s.world.users[userID]
	if !ok {
		return fmt.Errorf("user %s: %w", userID, ErrUnknown)
	}
	delete(s.world.users, userID)
	delete(s.world.emails, user.Email)
	s.world.people = slices.DeleteFunc(s.world.people, func(id string) bool { return id == userID })
	s.watch.tell("world", nil)
	return nil
}

// SuspendUser suspends a person or lets them come back. A suspended person does
// nothing in the world, and look-ups answer 404 but for tokens whose scopes show
// the person's state.
func (s *Simulator) SuspendUser(userID string, suspended bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, known := s.world.users[userID]
	if !known {
		return fmt.Errorf("user %s: %w", userID, ErrUnknown)
	}
	user.Suspended = suspended
	s.watch.tell("world", nil)
	return nil
}

// Users lists the people in the order they came.
func (s *Simulator) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.world.people))
	for _, id := range s.world.people {
		out = append(out, *s.world.users[id])
	}
	return out
}

// find looks a person up by user id or login e-mail inside a tenant. Suspended
// people are not found.
func (w *world) find(idOrEmail string, tenant int64) *User {
	user := w.anyone(idOrEmail)
	if user == nil || user.Suspended || w.tenantOf(user.Domain) != tenant {
		return nil
	}
	return user
}

// anyone looks a person up in the whole world, suspended or not.
func (w *world) anyone(idOrEmail string) *User {
	if user := w.users[idOrEmail]; user != nil {
		return user
	}
	return w.emails[strings.ToLower(idOrEmail)]
}
