// Package token knows callback tokens: how one is made, written and recognised
// without a database. It refuses to know who holds one and where it is stored.
package token

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"strings"
)

const (
	// Prefix starts every callback token, so that secret scanners know it.
	Prefix = "dkt_"

	alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	entropy  = 32 // bytes of randomness
	body     = 43 // base62 digits of 256 bits
	checksum = 6  // base62 digits of 32 bits
	length   = len(Prefix) + body + checksum
)

// ErrMalformed says that a text is no callback token; it never was one.
var ErrMalformed = errors.New("not a callback token")

// Token is a callback token. Printing one shows [redacted]; the zero value is
// no token.
type Token struct{ text string }

// New makes a token of 256 bits read from random.
func New(random io.Reader) (Token, error) {
	var raw [entropy]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return Token{}, fmt.Errorf("callback token: %w", err)
	}
	text := Prefix + base62(new(big.Int).SetBytes(raw[:]), body)
	return Token{text: text + sum(text)}, nil
}

// Parse reads a token and checks its form and checksum; no look-up is needed
// to refuse a mistyped one. The error is ErrMalformed.
func Parse(text string) (Token, error) {
	if len(text) != length || !strings.HasPrefix(text, Prefix) {
		return Token{}, ErrMalformed
	}
	if strings.Trim(text[len(Prefix):], alphabet) != "" {
		return Token{}, ErrMalformed
	}
	cut := length - checksum
	if sum(text[:cut]) != text[cut:] {
		return Token{}, ErrMalformed
	}
	return Token{text: text}, nil
}

// Check tells whether a text has the form and the checksum of a token.
func Check(text string) bool {
	_, err := Parse(text)
	return err == nil
}

// Hash is the SHA-256 of the token's text, by which it is looked up.
func (t Token) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(t.text)) }

// Reveal returns the token's text.
func (t Token) Reveal() string { return t.text }

// Format prints [redacted] for every verb.
func (t Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "[redacted]") }

// String returns [redacted].
func (t Token) String() string { return "[redacted]" }

// sum is the CRC-32 (IEEE) of prefix and body in base62.
func sum(text string) string {
	return base62(big.NewInt(int64(crc32.ChecksumIEEE([]byte(text)))), checksum)
}

// base62 writes n with exactly width digits.
func base62(n *big.Int, width int) string {
	digits := make([]byte, width)
	n, base, digit := new(big.Int).Set(n), big.NewInt(int64(len(alphabet))), new(big.Int)
	for i := width - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		digits[i] = alphabet[digit.Int64()]
	}
	return string(digits)
}
