package inbox

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
)

// cutter stands between a client and the server's unix socket and can cut the
// connection so that the commit happens and its answer is lost.
type cutter struct {
	url         config.Secret
	target      string
	afterCommit atomic.Bool // cuts the next one
	happened    atomic.Bool
}

func newCutter(t *testing.T, server config.Secret) *cutter {
	t.Helper()
	dir, err := os.MkdirTemp("", "wire-")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(server.Reveal(), "?")
	c := &cutter{
		url:    config.Secret(before + "?user=" + cfg.User + "&sslmode=disable&host=" + dir),
		target: filepath.Join(cfg.Host, ".s.PGSQL.5432"),
	}
	var serving sync.WaitGroup
	serving.Go(func() { c.serve(listener, &serving) })
	t.Cleanup(func() { _ = listener.Close(); serving.Wait(); _ = os.RemoveAll(dir) })
	return c
}

func (c *cutter) serve(listener net.Listener, serving *sync.WaitGroup) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", c.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		serving.Go(func() { c.forward(client, server) })
		serving.Go(func() { _, _ = io.Copy(client, server); _ = client.Close() })
	}
}

func (c *cutter) forward(client, server net.Conn) {
	defer func() { _ = client.Close(); _ = server.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		cut := bytes.HasPrefix(buffer[:n], []byte("Q\x00\x00\x00\x0bcommit\x00")) && c.afterCommit.CompareAndSwap(true, false)
		if cut {
			c.happened.Store(true)
			_ = client.Close()
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
		if cut {
			_, _ = server.Write([]byte("X\x00\x00\x00\x04")) // ends the session after the commit
			_, _ = io.Copy(io.Discard, server)
			return
		}
	}
}
