package simulator

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// newID makes an opaque id that looks like the platform's resource ids.
func newID() string {
	var b [16]byte
	fill(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newSecret makes n random bytes as URL-safe text.
func newSecret(n int) string {
	b := make([]byte, n)
	fill(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// fill never fails: the reader of crypto/rand ends the process instead.
func fill(b []byte) { _, _ = rand.Read(b) }
