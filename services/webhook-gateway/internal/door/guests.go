package door

import (
	"container/list"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"go.uber.org/zap"
)

// most is how many connections a door has at once, however many files its program may
// open: each takes about 16 kB.
const most = 4096

// saidEvery is how often a door without room says so.
const saidEvery = time.Minute

// Room is how many connections a door has that may take one in so many of the files that
// its program may open, and 4,096 at most. The other door of the program, the database,
// the peers and the spool need some too.
func Room(oneIn uint64) int {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur/oneIn > most {
		return most
	}
	return int(files.Cur / oneIn)
}

// guests are the connections of a door, so many at once. A new one that finds no room
// takes the place of one that waits, of those that wait the oldest. So connections that
// only cost room cannot keep others out, as they could if new ones had to wait. Those that
// never sent a whole request keep a quarter of the room at most from those that did, and
// these no part of it from new ones. What is being answered stays.
type guests struct {
	most int
	log  *zap.Logger

	mu              sync.Mutex
	all             map[net.Conn]*guest
	strangers, idle list.List // who never sent a whole request, who has; the longest wait first
	sent            int       // away since it was said last
	said            time.Time
}

// guest is one connection.
type guest struct {
	conn  net.Conn
	among *list.List // nil while it is being answered
	place *list.Element
}

type guestKey struct{}

// seat makes a server's connections guests.
func (g *guests) seat(server *http.Server) {
	g.all = map[net.Conn]*guest{}
	handler := server.Handler
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, guestKey{}, g.come(conn))
	}
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		switch state {
		case http.StateIdle:
			g.rest(conn)
		case http.StateClosed, http.StateHijacked:
			g.leave(conn)
		case http.StateNew, http.StateActive: // what a connection has sent is told by its request
		}
	}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if one, ok := r.Context().Value(guestKey{}).(*guest); ok {
			r.Body = g.whole(one, r.Body)
		}
		handler.ServeHTTP(w, r)
	})
}

// whole begins the answer to a connection when the end of its request has been read: to
// send a body slowly, or never, is no other way to keep a place.
func (g *guests) whole(one *guest, body io.ReadCloser) io.ReadCloser {
	begin := func() { g.answer(one) }
	if body == http.NoBody {
		begin()
		return body
	}
	return &request{ReadCloser: body, ended: sync.OnceFunc(begin)}
}

// request is a body that tells its end.
type request struct {
	io.ReadCloser
	ended func()
}

func (r *request) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err == io.EOF {
		r.ended()
	}
	return n, err
}

// come takes a connection in. One that finds everybody being answered is sent away itself.
func (g *guests) come(conn net.Conn) *guest {
	g.mu.Lock()
	defer g.mu.Unlock()
	one := &guest{conn: conn}
	g.all[conn] = one
	g.put(one, &g.strangers)
	if len(g.all) > g.most {
		g.sendAway(g.longest())
	}
	return one
}

// longest is who has to go.
func (g *guests) longest() *guest {
	first, second := &g.idle, &g.strangers
	if g.strangers.Len() > g.most/4 {
		first, second = second, first
	}
	for _, waiting := range []*list.List{first, second} {
		if first := waiting.Front(); first != nil {
			if one, ok := first.Value.(*guest); ok {
				return one
			}
		}
	}
	return nil
}

// sendAway closes a connection, whose server then hears of it as of any other's end.
func (g *guests) sendAway(one *guest) {
	if one == nil {
		return
	}
	g.put(one, nil)
	delete(g.all, one.conn)
	_ = one.conn.Close()
	g.sent++
	if time.Since(g.said) > saidEvery {
		g.log.Warn("there is no room for more connections; those that waited longest were closed", zap.Int("closed", g.sent), zap.Int("room", g.most))
		g.said, g.sent = time.Now(), 0
	}
}

func (g *guests) leave(conn net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if one := g.all[conn]; one != nil {
		g.put(one, nil)
		delete(g.all, conn)
	}
}

// rest says that the answer to a connection is on its way. When the handler returns it
// need not be.
func (g *guests) rest(conn net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if one := g.all[conn]; one != nil {
		g.put(one, &g.idle)
	}
}

// answer says that a connection is being answered.
func (g *guests) answer(one *guest) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all[one.conn] == one {
		g.put(one, nil)
	}
}

// put lets a connection wait among others, or among none.
func (g *guests) put(one *guest, among *list.List) {
	if one.among != nil {
		one.among.Remove(one.place)
	}
	if one.among, one.place = among, nil; among != nil {
		one.place = among.PushBack(one)
	}
}
