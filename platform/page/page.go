// Package page cuts lists into pages: how many rows, and where the next page
// starts. It knows sizes and tokens. It refuses to know what is listed.
package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
)

// Sizes of a page, in rows.
const (
	Default = 50  // when none is asked for
	Largest = 500 // whatever is asked for
)

// Size is the number of rows to answer when asked for so many.
func Size(asked int32) int {
	if asked <= 0 {
		return Default
	}
	return int(min(asked, Largest))
}

// List identifies one list with its filters, so that a token of one list cannot
// continue another.
type List [8]byte

// Of identifies the list of that name under those filters.
func Of(name string, filters ...string) List {
	sum := sha256.New()
	for _, part := range append([]string{name}, filters...) {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return List(sum.Sum(nil)[:8])
}

// token holds nothing that the page before did not show.
type token struct {
	List List     `json:"l"`
	At   []string `json:"a"`
}

// Token says that the list goes on behind the row with these sort values.
func (l List) Token(at ...string) (string, error) {
	text, err := json.Marshal(token{List: l, At: at})
	return base64.RawURLEncoding.EncodeToString(text), err
}

// Read gives the n sort values of a token of this very list; an empty token,
// which asks for the first page, gives none. Anything else is an
// InvalidArgument fault with the reason PAGE_TOKEN_INVALID.
func (l List) Read(text string, n int) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	plain, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, Invalid()
	}
	var t token
	if json.Unmarshal(plain, &t) != nil || t.List != l || len(t.At) != n {
		return nil, Invalid()
	}
	// PostgreSQL has no NUL in texts; asking it would be our error, not theirs.
	if slices.ContainsFunc(t.At, func(at string) bool { return strings.ContainsRune(at, 0) }) {
		return nil, Invalid()
	}
	return t.At, nil
}

// Invalid is the fault of a token that cannot be used, for lists that find so
// only when they read its values.
func Invalid() *fault.Fault {
	return fault.New(fault.InvalidArgument, "PAGE_TOKEN_INVALID", fault.Text{
		JA: "pageToken が正しくありません。一覧の最初から取得してください。",
		EN: "The pageToken is not one of this list. Start from the first page.",
	})
}
