package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/dakoku/dakoku/services/integration/internal/link"
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

// etagOfLink tells a link from one that was removed before it, though the revisions of both begin anew: by when it was
// made, and by the account if that was in the same millisecond.
func etagOfLink(l link.Link) string {
	return etag("accountLink", fmt.Sprintf("%s|%d|%s", l.Employee, l.Created.UnixMilli(), l.Account), l.Revision)
}

// sameLink is matches for the link that is current.
func sameLink(sent string) func(link.Link) bool {
	return func(l link.Link) bool { return sent == "" || sent == etagOfLink(l) }
}
