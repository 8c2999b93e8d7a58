// Package assertion checks the signed JWT with which a service account or a
// server asks for an access token.
//
// It knows RS256 and the claims of the platform. It knows no apps: the caller
// gives the key and the names that are expected.
package assertion

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// MaxLife is the longest time between iat and exp that the platform accepts.
const MaxLife = time.Hour

// leeway is how far iat may lie ahead of the clock.
const leeway = time.Minute

// maxSeconds is the last second of the year 9999.
const maxSeconds = 253402300799

// Claims are the claims of the JWT that the platform reads.
type Claims struct {
	Issuer  string      `json:"iss"`
	Subject string      `json:"sub"`
	Issued  json.Number `json:"iat"`
	Expires json.Number `json:"exp"`
}

// Token is a JWT taken apart, its signature not yet checked.
type Token struct {
	Claims    Claims
	signed    []byte
	signature []byte
}

// Parse takes a compact JWT apart. It refuses every algorithm but RS256,
// padding, and the standard base64 alphabet.
func Parse(compact string) (Token, error) {
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return Token{}, errors.New("a JWT has three parts")
	}
	var header struct {
		Algorithm string `json:"alg"`
		Type      string `json:"typ"`
	}
	if err := decode(parts[0], &header); err != nil {
		return Token{}, fmt.Errorf("header: %w", err)
	}
	if header.Algorithm != "RS256" {
		return Token{}, fmt.Errorf("alg %q is not RS256", header.Algorithm)
	}
	token := Token{signed: []byte(parts[0] + "." + parts[1])}
	if err := decode(parts[1], &token.Claims); err != nil {
		return Token{}, fmt.Errorf("claims: %w", err)
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return Token{}, errors.New("signature: not base64url without padding")
	}
	token.signature = signature
	return token, nil
}

// Verify checks the signature, the subject (an empty subject is not checked)
// and the times against the clock.
func (t Token) Verify(key *rsa.PublicKey, subject string, now time.Time) error {
	digest := sha256.Sum256(t.signed)
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], t.signature) != nil {
		return errors.New("the signature does not fit the registered key")
	}
	if subject != "" && t.Claims.Subject != subject {
		return errors.New("sub is not the service account")
	}
	return t.checkTimes(now)
}

func (t Token) checkTimes(now time.Time) error {
	issued, err := seconds("iat", t.Claims.Issued)
	if err != nil {
		return err
	}
	expires, err := seconds("exp", t.Claims.Expires)
	if err != nil {
		return err
	}
	life := expires.Sub(issued)
	switch {
	case life <= 0:
		return errors.New("exp is not after iat")
	case life > MaxLife:
		return errors.New("exp is more than 3600 seconds after iat")
	case !expires.After(now):
		return errors.New("the assertion has expired")
	case issued.After(now.Add(leeway)):
		return errors.New("iat lies in the future")
	}
	return nil
}

// decode refuses padding, and a time given as a JSON string.
func decode(part string, into any) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return errors.New("not base64url without padding")
	}
	if _, ok := into.(*Claims); ok {
		if err := numericTimes(raw); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return errors.New("not the JSON object that is expected")
	}
	return nil
}

// numericTimes exists because json.Number also decodes from a string.
func numericTimes(raw []byte) error {
	var times struct {
		Issued  json.RawMessage `json:"iat"`
		Expires json.RawMessage `json:"exp"`
	}
	if err := json.Unmarshal(raw, &times); err != nil {
		return errors.New("not a JSON object")
	}
	if bytes.HasPrefix(times.Issued, []byte(`"`)) || bytes.HasPrefix(times.Expires, []byte(`"`)) {
		return errors.New("iat and exp are numbers, not strings")
	}
	return nil
}

// seconds reads a numeric date, with or without a fraction, to the millisecond.
func seconds(claim string, number json.Number) (time.Time, error) {
	value, err := strconv.ParseFloat(number.String(), 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is missing or no number", claim)
	}
	if value < 0 || value > maxSeconds {
		return time.Time{}, fmt.Errorf("%s is out of range", claim)
	}
	return time.UnixMilli(int64(math.Round(value * 1000))), nil
}
