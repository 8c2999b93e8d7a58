package simulator

import (
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"slices"
)

// addApp makes the API 2.0 client with which the bot is used.
func (w *world) addApp(b *bot, key *rsa.PrivateKey, text string, scopes []string) {
	b.v2creds = CredentialsV2{
		APIVersion: "V2", BotID: b.id, BotSecret: b.key, ClientID: newSecret(15), ClientSecret: newSecret(8),
		ServiceAccount: newSecret(4) + ".serviceaccount@" + fmt.Sprintf("d%d.example", b.domain), PrivateKey: text,
	}
	if scopes == nil {
		scopes = AllScopes()
	}
	w.apps[b.v2creds.ClientID] = &app{
		id: b.v2creds.ClientID, secret: b.v2creds.ClientSecret, account: b.v2creds.ServiceAccount,
		domain: b.domain, scopes: slices.Clone(scopes), public: &key.PublicKey,
	}
}

// PrepareUpgrade issues the API 2.0 app and the bot secret that an API 1.0 bot
// will have once it is upgraded, and changes nothing else. Whether the platform
// shows the secret beforehand is not documented: without it, callbacks of the
// first moments are signed with a key that nobody was told.
func (s *Simulator) PrepareUpgrade(botNo string) (CredentialsV2, error) {
	key, text, err := keyPair(nil)
	if err != nil {
		return CredentialsV2{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, known := s.world.bots[botNo]
	if !known || !b.v1 {
		return CredentialsV2{}, fmt.Errorf("API 1.0 bot %s: %w", botNo, ErrUnknown)
	}
	if b.v2creds.ClientID == "" {
		s.world.addApp(b, key, text, nil)
		b.v2creds.BotSecret = newID()
	}
	return b.v2creds, nil
}

// UpgradeBot turns an API 1.0 bot into an API 2.0 bot. Number, rooms and menu
// stay; from this moment callbacks have headers, key and body of API 2.0. What
// becomes of its API 1.0 is not documented: with keepV1 it goes on working,
// without it answers 404.
func (s *Simulator) UpgradeBot(botNo string, keepV1 bool) (CredentialsV2, error) {
	prepared, err := s.PrepareUpgrade(botNo)
	if err != nil {
		return CredentialsV2{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[botNo]
	b.v1, b.keepsV1, b.key = false, keepV1, prepared.BotSecret
	s.watch.tell("world", nil)
	return prepared, nil
}

// answers tells whether the bot can be used in the API of the family.
func (b *bot) answers(family family) bool {
	if b.removed {
		return false
	}
	if family == gatewayV1 {
		return b.v1 || b.keepsV1
	}
	return !b.v1
}

// RevokeClient deletes the bot's API 2.0 client: token requests are refused
// with invalid_client and its tokens end.
func (s *Simulator) RevokeClient(botID string) error {
	return s.changeApp(botID, func(_ *bot, a *app) {
		delete(s.world.apps, a.id)
		for _, known := range []map[string]*grant{s.tokens.access, s.tokens.refresh} {
			for token, g := range known {
				if g.app == a {
					delete(known, token)
				}
			}
		}
	})
}

// ReissueClientSecret gives the bot's client a new secret; with the old one
// token requests are refused with invalid_client.
func (s *Simulator) ReissueClientSecret(botID string) error {
	return s.changeApp(botID, func(b *bot, a *app) {
		a.secret = newSecret(8)
		b.v2creds.ClientSecret = a.secret
	})
}

// SetScopes ticks exactly these scopes for the bot's client. Tokens that were
// issued keep theirs.
func (s *Simulator) SetScopes(botID string, scopes ...string) error {
	return s.changeApp(botID, func(_ *bot, a *app) { a.scopes = slices.Clone(scopes) })
}

// ReissueKey gives the bot's client or server a new key pair; assertions that
// are signed with the old one are refused.
func (s *Simulator) ReissueKey(botID string) error {
	key, text, err := keyPair(nil)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if b := s.world.bots[botID]; b != nil && b.v1 {
		b.public, b.v1creds.AuthKey = &key.PublicKey, text
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	return s.changeApp(botID, func(b *bot, a *app) { a.public, b.v2creds.PrivateKey = &key.PublicKey, text })
}

func (s *Simulator) changeApp(botID string, change func(*bot, *app)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[botID]
	if b == nil || s.world.apps[b.v2creds.ClientID] == nil {
		return fmt.Errorf("API 2.0 client of bot %s: %w", botID, ErrUnknown)
	}
	change(b, s.world.apps[b.v2creds.ClientID])
	return nil
}

// Configure changes a bot as the developer console does. The members are those
// of PATCH /v1.0/bots/{botId}, for both API versions.
func (s *Simulator) Configure(botID string, fields map[string]any) error {
	raw := map[string]json.RawMessage{}
	for name, value := range fields {
		encoded, err := encodeJSON(value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !slices.Contains(botProperties(), name) {
			return fmt.Errorf("%s is not a property of a bot", name)
		}
		raw[name] = encoded
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[botID]
	if b == nil {
		return fmt.Errorf("bot %s: %w", botID, ErrUnknown)
	}
	err := b.set(raw)
	s.world.emptyRooms(b)
	s.watch.tell("world", nil)
	return err
}

// emptyRooms takes a bot that may not be invited out of its group rooms.
func (w *world) emptyRooms(b *bot) {
	if b.joinsGroups() {
		return
	}
	for _, room := range w.rooms {
		if room.Kind != SingleUser {
			room.Bots = slices.DeleteFunc(room.Bots, func(id string) bool { return id == b.id })
		}
	}
}

func (b *bot) joinsGroups() bool { return b.fields["enableGroupJoin"] != false }

// SetVisible makes the bot public in a domain, or hides it there: people of the
// domain then cannot open it. Rooms of several people stay as they are.
func (s *Simulator) SetVisible(botID string, domain int64, visible bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[botID]
	if b == nil || s.world.domains[domain] == nil {
		return fmt.Errorf("bot %s or domain %d: %w", botID, domain, ErrUnknown)
	}
	b.domains[domain] = map[string]any{"domainId": domain, "visible": visible, "allowToSelectedMember": false}
	s.watch.tell("world", nil)
	return nil
}

func (b *bot) visibleIn(domain int64) bool { return b.domains[domain]["visible"] == true }

// AddRichMenu gives the bot a rich menu, which deletes its persistent menu and
// excludes another one.
func (s *Simulator) AddRichMenu(botID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[botID]
	if b == nil {
		return fmt.Errorf("bot %s: %w", botID, ErrUnknown)
	}
	b.rich, b.menu, b.rawMenu = true, nil, nil
	s.watch.tell("world", nil)
	return nil
}
