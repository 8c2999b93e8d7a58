package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/platform/fault"
)

const defaultPage = 50

// page is the place in a list behind which the next page starts.
type page struct {
	List string    `json:"l"`
	Time time.Time `json:"t,omitzero"`
	ID   string    `json:"i"`
}

func (p page) token() string {
	raw, err := json.Marshal(p)
	if err != nil {
		return "" // a page of a time and two strings can always be written
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// readPage reads a page token of one list; the zero page for none.
func readPage(list, token string) (page, error) {
	var p page
	if token == "" {
		return p, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil || p.List != list || uuid.Validate(p.ID) != nil || p.token() != token {
		return page{}, fault.New(fault.InvalidArgument, "PAGE_TOKEN_INVALID", fault.Text{
			JA: "ページトークンが正しくありません。",
			EN: "The page token is not one that this list handed out.",
		})
	}
	return p, nil
}

func pageSize(asked int32) int {
	if asked == 0 {
		return defaultPage
	}
	return int(asked)
}

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
