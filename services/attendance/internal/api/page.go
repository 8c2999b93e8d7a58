package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
)

// The sizes of a page.
const (
	defaultPage = 50
	largestPage = 500
)

func pageSize(asked int32) int {
	switch {
	case asked <= 0:
		return defaultPage
	case asked > largestPage:
		return largestPage
	}
	return int(asked)
}

// pageToken is where a list goes on, bound to the list it was made for. It holds nothing that the page before did
// not show.
type pageToken struct {
	List [8]byte  `json:"l"`
	At   []string `json:"a"`
}

// listID tells one list with its filters from every other.
func listID(name string, filters ...string) [8]byte {
	sum := sha256.New()
	for _, part := range append([]string{name}, filters...) {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return [8]byte(sum.Sum(nil)[:8])
}

func writeToken(list [8]byte, at ...string) (string, error) {
	text, err := json.Marshal(pageToken{List: list, At: at})
	return base64.RawURLEncoding.EncodeToString(text), err
}

// readToken gives the n places of a token of this very list; no token gives none. Anything else is a
// PAGE_TOKEN_INVALID fault.
func readToken(token string, list [8]byte, n int) ([]string, error) {
	if token == "" {
		return nil, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, tokenInvalid()
	}
	var t pageToken
	if json.Unmarshal(text, &t) != nil || t.List != list || len(t.At) != n {
		return nil, tokenInvalid()
	}
	if slices.ContainsFunc(t.At, func(at string) bool { return strings.ContainsRune(at, 0) }) {
		return nil, tokenInvalid()
	}
	return t.At, nil
}

func tokenInvalid() error {
	return fault.New(fault.InvalidArgument, "PAGE_TOKEN_INVALID", fault.Text{
		JA: "ページの指定が正しくありません。最初から読み込んでください。",
		EN: "The page token is not one of this list. Start from the first page.",
	})
}
