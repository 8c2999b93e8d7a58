package supervisor

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// balance hands connections out to the processes of one service in turn, past those
// that refuse them, as the virtual address of a service does in a cluster.
type balance struct {
	lis     net.Listener
	targets []string
	turn    atomic.Uint64
	open    sync.WaitGroup
}

func newBalance(addr string, targets ...string) (*balance, error) {
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	b := &balance{lis: lis, targets: targets}
	b.open.Go(b.serve)
	return b, nil
}

func (b *balance) serve() {
	for {
		client, err := b.lis.Accept()
		if err != nil {
			return
		}
		go b.pass(client)
	}
}

// pass connects a client to the next process that answers.
func (b *balance) pass(client net.Conn) {
	defer client.Close()
	first := b.turn.Add(1)
	for n := range b.targets {
		server, err := net.DialTimeout("tcp", b.targets[(int(first)+n)%len(b.targets)], time.Second)
		if err != nil {
			continue
		}
		defer server.Close()
		go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
		_, _ = io.Copy(client, server)
		return
	}
}

func (b *balance) stop() {
	_ = b.lis.Close()
	b.open.Wait()
}
