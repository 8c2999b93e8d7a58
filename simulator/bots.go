package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strconv"
)

// BotSpec describes a bot to be made.
type BotSpec struct {
	Domain      int64  // domain where the bot and its app are registered
	Name        string // empty: 打刻
	CallbackURL string // empty: no callbacks until it is set
	// Scopes are those ticked for the app (API 2.0). Nil: AllScopes.
	Scopes []string
	// ChannelEvents are the event types that are sent. Nil: the platform's
	// default, which has neither begin nor end.
	ChannelEvents []string
	// Key is the app's key pair. Nil: a new one of 2048 bits.
	Key *rsa.PrivateKey
}

// CredentialsV2 are what the developer console shows for an API 2.0 app and
// bot. The JSON form is the product's credentials request.
type CredentialsV2 struct {
	APIVersion     string `json:"apiVersion"` // "V2"
	BotID          string `json:"botId"`
	BotSecret      string `json:"botSecret"`
	ClientID       string `json:"clientId"`
	ClientSecret   string `json:"clientSecret"`
	ServiceAccount string `json:"serviceAccount"`
	PrivateKey     string `json:"privateKey"` // PKCS#8 PEM
}

// CredentialsV1 are what the console showed for an API 1.0 bot.
type CredentialsV1 struct {
	APIVersion  string `json:"apiVersion"` // "V1"
	BotNo       string `json:"botNo"`
	APIID       string `json:"apiId"`
	ConsumerKey string `json:"serverApiConsumerKey"`
	ServerID    string `json:"serverId"`
	AuthKey     string `json:"authKey"` // PKCS#8 PEM
}

// AllScopes lists every scope that the simulator's APIs ask for.
func AllScopes() []string {
	return []string{"bot", "bot.message", "bot.read", "user", "user.read", "user.email.read", "user.profile.read", "directory", "directory.read"}
}

// bot is one talk bot of either version.
type bot struct {
	id       string
	v1       bool
	keepsV1  bool // upgraded, and API 1.0 goes on working
	rich     bool // has a rich menu
	removed  bool // the API knows it no more
	domain   int64
	name     string
	key      string // signs callbacks: bot secret or API ID
	enabled  bool
	callback string
	contents []string // callbackEvents
	events   []string // channelEvents
	menu     []Button
	rawMenu  []byte
	fields   map[string]any // what POST and PATCH set and GET shows
	domains  map[int64]map[string]any
	v2creds  CredentialsV2
	v1creds  CredentialsV1
	public   *rsa.PublicKey // API 1.0 only
}

// RemoveBot takes a bot away as its API sees it; the app, its keys and the rooms
// stay.
func (s *Simulator) RemoveBot(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.world.bots[id]
	if b == nil {
		return fmt.Errorf("no bot %s", id)
	}
	b.removed = true
	s.watch.tell("world", nil)
	return nil
}

// app is an API 2.0 client of a tenant.
type app struct {
	id, secret, account string
	domain              int64
	scopes              []string
	public              *rsa.PublicKey
}

func allContents() []string {
	return []string{"text", "location", "sticker", "image", "file", "audio", "video"}
}

func defaultEvents() []string {
	return []string{"message", "join", "leave", "joined", "left", "postback"}
}

// NewBotV2 makes an API 2.0 app with a service account, and a bot that is
// published to the domain. Callbacks are on when a URL is given.
func (s *Simulator) NewBotV2(spec BotSpec) (CredentialsV2, error) {
	key, text, err := keyPair(spec.Key)
	if err != nil {
		return CredentialsV2{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.world.domains[spec.Domain] == nil {
		return CredentialsV2{}, fmt.Errorf("domain %d: %w", spec.Domain, ErrUnknown)
	}
	b := s.world.addBot(spec, newID())
	s.world.addApp(b, key, text, spec.Scopes)
	s.watch.tell("world", nil)
	return b.v2creds, nil
}

// NewBotV1 makes an API 1.0 bot with a server of the ID-registration type.
func (s *Simulator) NewBotV1(spec BotSpec) (CredentialsV1, error) {
	key, text, err := keyPair(spec.Key)
	if err != nil {
		return CredentialsV1{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.world.domains[spec.Domain] == nil {
		return CredentialsV1{}, fmt.Errorf("domain %d: %w", spec.Domain, ErrUnknown)
	}
	b := s.world.addBot(spec, "jp1"+newSecret(8))
	b.v1, b.public = true, &key.PublicKey
	b.contents = []string{"text", "location", "sticker", "image", "file"}
	b.v1creds = CredentialsV1{
		APIVersion: "V1", BotNo: b.id, APIID: b.key, ConsumerKey: newSecret(15), ServerID: newID(), AuthKey: text,
	}
	s.world.servers[b.key] = b
	s.watch.tell("world", nil)
	return b.v1creds, nil
}

func (w *world) addBot(spec BotSpec, key string) *bot {
	const first = 6000001
	b := &bot{
		id: strconv.Itoa(first + len(w.listed)), domain: spec.Domain, name: spec.Name, key: key,
		enabled: spec.CallbackURL != "", callback: spec.CallbackURL,
		contents: allContents(), events: spec.ChannelEvents, fields: map[string]any{},
		domains: map[int64]map[string]any{spec.Domain: {"domainId": spec.Domain, "visible": true, "allowToSelectedMember": false}},
	}
	if b.name == "" {
		b.name = "打刻"
	}
	if b.events == nil {
		b.events = defaultEvents()
	}
	w.bots[b.id] = b
	w.listed = append(w.listed, b.id)
	return b
}

func keyPair(given *rsa.PrivateKey) (*rsa.PrivateKey, string, error) {
	if given == nil {
		made, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, "", fmt.Errorf("make a key pair: %w", err)
		}
		given = made
	}
	der, err := x509.MarshalPKCS8PrivateKey(given)
	if err != nil {
		return nil, "", fmt.Errorf("encode the private key: %w", err)
	}
	return given, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}
