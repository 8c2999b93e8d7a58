package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// signatureLength is the length of 32 bytes in padded standard Base64.
const signatureLength = 44

// Verify tells whether signature is base64(HMAC-SHA256(secret, body)) in the
// standard alphabet with padding, over the raw bytes. The time it takes does not
// depend on where the signature is wrong. An empty secret verifies nothing.
func Verify(secret, body []byte, signature string) bool {
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write(body)
	claimed, readable := decodeSignature(signature)
	return hmac.Equal(mac.Sum(nil), claimed[:]) && readable && len(secret) > 0
}

// decodeSignature is strict: Go's decoder alone would skip line breaks.
func decodeSignature(signature string) (mac [sha256.Size]byte, ok bool) {
	if len(signature) != signatureLength {
		return mac, false
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(signature)
	if err != nil || len(decoded) != len(mac) {
		return mac, false
	}
	return [sha256.Size]byte(decoded), true
}
