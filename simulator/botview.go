package simulator

import (
	"fmt"
)

// Bot is what the world shows of a bot.
type Bot struct {
	ID          string   `json:"id"` // botId or botNo
	APIVersion  string   `json:"apiVersion"`
	Domain      int64    `json:"domain"`
	Name        string   `json:"name"`
	CallbackURL string   `json:"callbackUrl"`
	Enabled     bool     `json:"enableCallback"`
	Menu        []Button `json:"menu"` // registered persistent menu; empty: none
	Contents    []string `json:"callbackEvents"`
	Events      []string `json:"channelEvents"`
}

// Bots lists the bots in the order they came.
func (s *Simulator) Bots() []Bot {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Bot, 0, len(s.world.listed))
	for _, id := range s.world.listed {
		out = append(out, s.world.bots[id].view())
	}
	return out
}

// Credentials returns what the console shows for the bot now: a CredentialsV2
// or a CredentialsV1.
func (s *Simulator) Credentials(botID string) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.world.bots[botID]
	switch {
	case !ok:
		return nil, fmt.Errorf("bot %s: %w", botID, ErrUnknown)
	case b.v1:
		return b.v1creds, nil
	}
	return b.v2creds, nil
}

// SetCallback sets the callback URL of a bot. An empty URL turns callbacks off.
func (s *Simulator) SetCallback(botID, url string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.world.bots[botID]
	if !ok {
		return fmt.Errorf("bot %s: %w", botID, ErrUnknown)
	}
	b.callback, b.enabled = url, url != ""
	s.watch.tell("world", nil)
	return nil
}

// ReissueSecret gives an API 2.0 bot a new secret; the old one is dead at once.
func (s *Simulator) ReissueSecret(botID string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.world.bots[botID]
	if !ok || b.v1 {
		return "", fmt.Errorf("API 2.0 bot %s: %w", botID, ErrUnknown)
	}
	b.reissue()
	return b.key, nil
}

func (b *bot) reissue() {
	b.key = newID()
	b.v2creds.BotSecret = b.key
}

func (b *bot) view() Bot {
	version := "V2"
	if b.v1 {
		version = "V1"
	}
	return Bot{ID: b.id, APIVersion: version, Domain: b.domain, Name: b.name, CallbackURL: b.callback,
		Enabled: b.enabled, Menu: b.menu, Contents: b.contents, Events: b.events}
}
