package postgres_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
)

// cut says where a proxy cuts the connection.
type cut int

const (
	noCut cut = iota
	cutBeforeCommit
	cutAfterCommit
	swallowCommit // the connection stays, nobody answers
)

// proxy stands between a client and a server on unix sockets.
type proxy struct {
	dir      string
	listener net.Listener

	mu     sync.Mutex
	target string
	armed  cut
	open   map[net.Conn]bool
	cut    chan struct{} // one token when the server has ended a session cut at COMMIT
	called chan struct{} // one token per connection that found no server
}

// newProxy listens and forwards to the server of url.
func newProxy(t *testing.T, url config.Secret) *proxy {
	t.Helper()
	dir, err := os.MkdirTemp("", "wire-")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{dir: dir, listener: listener, target: socketOf(t, url), open: map[net.Conn]bool{}, cut: make(chan struct{}, 1), called: make(chan struct{}, 1)}
	var serving sync.WaitGroup
	serving.Go(func() { p.serve(&serving) })
	t.Cleanup(func() { p.close(); serving.Wait(); _ = os.RemoveAll(dir) })
	return p
}

// socketOf is the path of url's unix socket.
func socketOf(t *testing.T, url config.Secret) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(url.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cfg.Host, ".s.PGSQL.5432")
}

// url is the given URL with the proxy in the server's place.
func (p *proxy) url(server config.Secret) config.Secret {
	before, _, _ := strings.Cut(server.Reveal(), "?")
	return config.Secret(before + "?user=dakoku&sslmode=disable&host=" + p.dir)
}

// serve accepts until the listener closes.
func (p *proxy) serve(serving *sync.WaitGroup) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		server, err := net.Dial("unix", p.target)
		if err == nil {
			p.open[client], p.open[server] = true, true
		}
		p.mu.Unlock()
		if err != nil {
			_ = client.Close()
			select {
			case p.called <- struct{}{}:
			default:
			}
			continue
		}
		serving.Go(func() { p.forward(client, server) })
		serving.Go(func() { _, _ = io.Copy(client, server); _ = client.Close() })
	}
}

// forward copies from client to server and cuts at COMMIT when armed.
func (p *proxy) forward(client, server net.Conn) {
	defer func() { _ = client.Close(); _ = server.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.HasPrefix(buffer[:n], []byte("Q\x00\x00\x00\x0bcommit\x00")) {
			switch p.disarm() {
			case noCut:
			case swallowCommit:
				continue
			case cutBeforeCommit:
				p.cut <- struct{}{}
				return
			case cutAfterCommit:
				_ = client.Close() // before the answer can come
				_, _ = server.Write(buffer[:n])
				_, _ = server.Write([]byte("X\x00\x00\x00\x04")) // ends the session after the commit
				_, _ = io.Copy(io.Discard, server)
				p.cut <- struct{}{}
				return
			}
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// arm cuts the next COMMIT.
func (p *proxy) arm(c cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = c
}

// disarm takes what was armed.
func (p *proxy) disarm() cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	armed := p.armed
	p.armed = noCut
	return armed
}

// turnTo sends new connections to another server.
func (p *proxy) turnTo(socket string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = socket
}

// awaitCaller waits until somebody has connected in vain.
func (p *proxy) awaitCaller(t *testing.T) {
	t.Helper()
	select {
	case <-p.called:
	case <-t.Context().Done():
		t.Fatal("nobody connected")
	}
}

// hangUp closes every connection.
func (p *proxy) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
	clear(p.open)
}

// close stops listening and hangs up.
func (p *proxy) close() {
	_ = p.listener.Close()
	p.hangUp()
}
