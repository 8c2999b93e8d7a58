package api

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// The etag tells links apart by everything that may differ when one is made anew, and stays when a link is only better known.
func TestEtagsOfLinks(t *testing.T) {
	at := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	l := link.Link{Employee: "e", Account: "a", Created: at, Revision: 1}
	for name, change := range map[string]func(*link.Link){
		"employee": func(l *link.Link) { l.Employee = "f" },
		"account":  func(l *link.Link) { l.Account = "b" },
		"made":     func(l *link.Link) { l.Created = at.Add(time.Millisecond) },
		"revision": func(l *link.Link) { l.Revision = 2 },
	} {
		other := l
		if change(&other); sameLink(etagOfLink(l))(other) {
			t.Errorf("another %s has the same etag", name)
		}
	}
	known := l
	known.User, known.Gone, known.Domain = "u", at, "d"
	if !sameLink(etagOfLink(l))(known) || !sameLink("")(l) {
		t.Error("a link that is only better known is another one")
	}
}
