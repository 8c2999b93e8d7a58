package door

import (
	"container/list"
	"context"
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

// Room is how many connections fit into a program that may have so many files open: three
// quarters of them, since the database, the peers and the spool need some too, and 4,096
// at most.
func Room() int {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur/4*3 > most {
		return most
	}
	return int(files.Cur / 4 * 3)
}

// guests are the connections of a door, so many at once. A new one that finds no room
// takes the place of one that waits: whoever has never asked anything goes before those
// that have, and the oldest first. So connections that only cost room cannot keep others
// out, as they could if new ones had to wait. What is being answered stays.
type guests struct {
	most int
	log  *zap.Logger

	mu              sync.Mutex
	all             map[net.Conn]*guest
	strangers, idle list.List // who never asked, who has; the longest wait first
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
		if state == http.StateClosed || state == http.StateHijacked {
			g.leave(conn)
		}
	}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if one, ok := r.Context().Value(guestKey{}).(*guest); ok {
			g.move(one, nil)
			defer g.move(one, &g.idle)
		}
		handler.ServeHTTP(w, r)
	})
}

// come takes a connection in. One that finds everybody being answered is sent away.
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

func (g *guests) longest() *guest {
	for _, waiting := range []*list.List{&g.strangers, &g.idle} {
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

// move says that a connection is being answered, or waits again.
func (g *guests) move(one *guest, among *list.List) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all[one.conn] == one {
		g.put(one, among)
	}
}

func (g *guests) put(one *guest, among *list.List) {
	if one.among != nil {
		one.among.Remove(one.place)
	}
	if one.among, one.place = among, nil; among != nil {
		one.place = among.PushBack(one)
	}
}
