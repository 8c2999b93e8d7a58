package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"hash/crc32"
	"math/big"
	"strings"
)

// The prefixes by which a secret tells what it is, so that scanners find leaks.
const (
	KeyPrefix        = "dkk_" // API key
	SetupPrefix      = "dks_" // one-time setup secret
	InvitationPrefix = "dki_" // one-time link to choose a password
)

const (
	bodyLength  = 43 // base62 digits that hold 256 bits
	checkLength = 6  // base62 digits that hold a CRC-32
	alphabet    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Hash is the SHA-256 of a secret with 256 bits of its own; such a secret needs
// no slow hash.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// digest is a hash as 43 characters that may stand in an address.
func digest(text string) string { return base64.RawURLEncoding.EncodeToString(Hash(text)) }

// NewSecret makes prefix + 43 base62 digits of randomness + 6 of checksum.
func NewSecret(prefix string) string {
	body := randomDigits()
	return prefix + body + checksum(body)
}

// WellFormed reports whether a text can be a secret of this prefix: length,
// digits and checksum are right. It saves look-ups of typing errors.
func WellFormed(prefix, text string) bool {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok || len(rest) != bodyLength+checkLength || strings.Trim(rest, alphabet) != "" {
		return false
	}
	return checksum(rest[:bodyLength]) == rest[bodyLength:]
}

// newSessionSecret makes the opaque value of a session cookie, 256 bits.
func newSessionSecret() string { return randomDigits() }

func randomDigits() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: the runtime ends the program instead
	return digits(new(big.Int).SetBytes(raw), bodyLength)
}

func checksum(body string) string {
	return digits(new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(body)))), checkLength)
}

func digits(n *big.Int, length int) string {
	out := make([]byte, length)
	base, digit := big.NewInt(int64(len(alphabet))), new(big.Int)
	for i := length - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		out[i] = alphabet[digit.Int64()]
	}
	return string(out)
}
