// Package signature computes the X-WORKS-Signature of a callback.
//
// It knows one formula: base64(HMAC-SHA256(key, body)). It knows neither bots
// nor HTTP, and it shares no code with the product that verifies the result.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Sign returns the 44 characters that belong in X-WORKS-Signature for the raw
// body. The key is the bot secret in API 2.0 and the API ID in API 1.0, both
// used as plain text.
func Sign(key string, body []byte) string {
	return base64.StdEncoding.EncodeToString(sum(key, body))
}

// Broken returns a well-formed signature of the body that is certainly wrong:
// the right one with its first byte turned over.
func Broken(key string, body []byte) string {
	wrong := sum(key, body)
	wrong[0] ^= 0xff
	return base64.StdEncoding.EncodeToString(wrong)
}

func sum(key string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return mac.Sum(nil)
}
