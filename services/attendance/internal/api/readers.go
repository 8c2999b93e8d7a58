package api

import (
	"sync"

	"github.com/dakoku/dakoku/services/attendance/internal/phrase"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// reader is the compiled settings of a connection.
type reader struct {
	matcher  *phrase.Matcher
	settings store.Settings
}

// readers keep compiled settings from one call to the next: compiling large ones takes as long as reading the longest
// message. They are safe for concurrent use. The settings that count are still read from the database each time; a
// version that was compiled before is recognised by its number and time.
type readers struct {
	mu   sync.Mutex
	held map[store.Pair]reader
}

// maxReaders bounds the memory: the largest settings take some hundred kilobytes, usual ones one or two.
const maxReaders = 1024

func newReaders() *readers { return &readers{held: map[store.Pair]reader{}} }

func (r *readers) of(connection store.Pair, s store.Settings) reader {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.held[connection]
	if ok && known.settings.Version == s.Version && known.settings.Created.Equal(s.Created) {
		return known
	}
	if len(r.held) >= maxReaders {
		clear(r.held)
	}
	fresh := reader{phrase.New(s.Words), s}
	r.held[connection] = fresh
	return fresh
}
