package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// etag names one revision of one thing and tells nothing else.
func etag(kind, id string, revision int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d", kind, id, revision))
	return hex.EncodeToString(sum[:8])
}

// matches tells for the current revision whether an update may go on; one
// without etag always may.
func matches(sent, kind, id string) func(int64) bool {
	return func(revision int64) bool { return sent == "" || sent == etag(kind, id, revision) }
}
