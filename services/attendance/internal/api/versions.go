package api

import (
	"strconv"

	"github.com/dakoku/dakoku/platform/page"
)

// asked is what every request for a list says.
type asked interface {
	GetPageSize() int32
	GetPageToken() string
}

// listVersions reads a page of versions, newest first, and the token of the next one. read gets the number before
// which to begin, 0 for the newest, and how many to read at most.
func listVersions[V any](list page.List, req asked, number func(V) int64, read func(before int64, limit int) ([]V, error)) (versions []V, next string, err error) {
	size := page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, "", err
	}
	var before int64
	if at != nil {
		if before, err = page.Number(at[0]); err != nil {
			return nil, "", err
		}
	}
	versions, err = read(before, size+1)
	if err != nil || len(versions) <= size {
		return versions, "", err
	}
	versions = versions[:size]
	next, err = list.Token(strconv.FormatInt(number(versions[size-1]), 10))
	return versions, next, err
}
