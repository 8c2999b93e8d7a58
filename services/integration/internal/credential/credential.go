// Package credential knows the keys that the LINE WORKS Developer Console
// issues: which belong together, what each looks like and where it is found. It
// refuses to know how they are stored and what they open.
package credential

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Version is a generation of the LINE WORKS API.
type Version string

// The generations, spelled as in the contract.
const (
	V1 Version = "V1" // API 1.0
	V2 Version = "V2" // API 2.0
)

// Secret is a key that never prints; Reveal is the one way to read it.
type Secret string

// Reveal returns the key itself.
func (s Secret) Reveal() string { return string(s) }

// Format prints [redacted] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }

// MarshalText returns [redacted], for every encoder.
func (s Secret) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// fingerprint is the first 16 hexadecimal digits of SHA-256; empty for no key.
func (s Secret) fingerprint() string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])[:16]
}

// Set is one complete set of keys of one bot. Check makes one; what the other
// API version needs is empty.
type Set struct {
	Version Version
	Bot     string // Bot ID (2.0) or Bot No (1.0), decimal digits

	BotSecret      Secret // 2.0: signs callbacks
	ClientID       string // 2.0
	ClientSecret   Secret // 2.0
	ServiceAccount string // 2.0

	APIID       Secret // 1.0: signs callbacks and names the API
	ConsumerKey Secret // 1.0
	ServerID    string // 1.0

	PrivateKey Secret // 2.0: Private Key, 1.0: authentication key; one PEM block
}

// Prints identify stored secrets without revealing them; empty where there is
// none.
type Prints struct {
	PrivateKey, BotSecret, ClientSecret, APIID, ConsumerKey string
	ClientID, ServerID                                      string // no secrets, unless something else was typed in their place
}

// Fingerprints computes the prints of the set's secrets.
func (s Set) Fingerprints() Prints {
	return Prints{
		PrivateKey:   s.PrivateKey.fingerprint(),
		BotSecret:    s.BotSecret.fingerprint(),
		ClientSecret: s.ClientSecret.fingerprint(),
		APIID:        s.APIID.fingerprint(),
		ConsumerKey:  s.ConsumerKey.fingerprint(),
		ClientID:     Secret(s.ClientID).fingerprint(),
		ServerID:     Secret(s.ServerID).fingerprint(),
	}
}

// SigningSecret is the HMAC key of callbacks.
func (s Set) SigningSecret() Secret {
	if s.Version == V1 {
		return s.APIID
	}
	return s.BotSecret
}

// Key parses the private key.
func (s Set) Key() (*rsa.PrivateKey, error) {
	_, key, problem := readKey(string(s.PrivateKey))
	if problem != nil {
		return nil, fmt.Errorf("private key: %s", problem.reason)
	}
	return key, nil
}
