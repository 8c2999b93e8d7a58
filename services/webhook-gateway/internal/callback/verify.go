package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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

// Signer tells which key signed, without revealing it.
type Signer struct {
	// Bot is the Bot ID (2.0) or Bot No (1.0).
	Bot string
	// Fingerprint is that of the secret as the contract defines fingerprints: the
	// first 16 hexadecimal digits of SHA-256.
	Fingerprint string
}

func (k Key) signer() Signer {
	sum := sha256.Sum256([]byte(k.Secret.Reveal()))
	return Signer{Bot: k.Bot, Fingerprint: hex.EncodeToString(sum[:8])}
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
