package seal

import (
	"os"
	"sync"
	"time"
)

// reloadEvery is how old a look at the key file may be when something is sealed.
// A value under a key that is not known yet is a reason to look at once.
const reloadEvery = time.Second

// local is the keyset of a file, which it reads again when the file changes, or
// of the environment, which stays.
type local struct {
	path string // empty: the keyset never changes

	mu     sync.Mutex
	ring   *ring
	file   os.FileInfo // of what ring was read from
	looked time.Time
}

func (l *local) Encrypt(dataKey, bound []byte) ([]byte, error) {
	return l.current(reloadEvery).wrap.Encrypt(dataKey, bound)
}

func (l *local) Decrypt(wrapped, bound []byte) ([]byte, error) {
	return l.knowing(wrapped).wrap.Decrypt(wrapped, bound)
}

func (l *local) header() ([]byte, error) { return l.current(0).header(), nil }

func (l *local) trace(wrapped []byte) (string, keyState) {
	id, ok := tinkID(wrapped)
	if !ok {
		return "", keyUnknown
	}
	return idText(id), l.knowing(wrapped).state(id)
}

// knowing is the keyset that has the key of wrapped, as far as there is one.
func (l *local) knowing(wrapped []byte) *ring {
	ring := l.current(reloadEvery)
	if id, ok := tinkID(wrapped); ok && ring.state(id) == keyUnknown {
		return l.current(0)
	}
	return ring
}

// current is the keyset after a look at the file that is no older than age. A
// file that cannot be read, or that lacks the key we seal with, is no successor
// of this one: what worked goes on working.
func (l *local) current(age time.Duration) *ring {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.path == "" || time.Since(l.looked) < age {
		return l.ring
	}
	l.looked = time.Now()
	info, err := os.Stat(l.path)
	if err != nil || sameFile(info, l.file) {
		return l.ring
	}
	next, info, err := readFile(l.path)
	if err == nil && next.state(l.ring.primary()) != keyUnknown {
		l.ring, l.file = next, info
	}
	return l.ring
}

func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}
