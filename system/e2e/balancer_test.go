package e2e

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// lookEvery is how often the balancer asks every process whether it is ready.
const lookEvery = 50 * time.Millisecond

// balancer hands connections out in turn to those processes of a service that say
// that they are ready. It does not try another one for a connection that is refused:
// what goes wrong is seen by whoever connects.
type balancer struct {
	addr    string
	lis     net.Listener
	targets []*target
	turn    atomic.Uint64
	refused atomic.Int64 // connections that the chosen process did not take
	nobody  atomic.Int64 // connections for which no process was ready
	starved atomic.Int64 // the same while one of them said that it could not store anything just then
	over    chan struct{}
	busy    sync.WaitGroup
}

// target is one process behind a balancer.
type target struct {
	addr, ready string // where it serves, and the URL of its readiness
	in          atomic.Bool
	starved     atomic.Bool // it is not ready because neither database nor spool would take a callback
}

// balance starts a balancer at the address before these processes.
func balance(t *testing.T, addr string, targets ...*target) *balancer {
	t.Helper()
	b := &balancer{addr: addr, targets: targets, over: make(chan struct{})}
	var err error
	if b.lis, err = net.Listen("tcp", b.addr); err != nil {
		t.Fatal(err)
	}
	b.busy.Go(b.serve)
	for _, each := range targets {
		b.busy.Go(func() { b.watch(each) })
	}
	t.Cleanup(func() {
		close(b.over)
		_ = b.lis.Close()
		b.busy.Wait()
	})
	return b
}

// watch asks a process whether it is ready, and remembers what it said.
func (b *balancer) watch(each *target) {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for tick := time.NewTicker(lookEvery); ; {
		each.in.Store(each.look(client))
		select {
		case <-b.over:
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}

// look asks whether the process is ready, and why not.
func (each *target) look(client *http.Client) bool {
	answer, err := client.Get(each.ready)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	var said struct{ Checks map[string]string }
	_ = json.NewDecoder(answer.Body).Decode(&said) // whoever is not ready may say nothing
	storage := said.Checks["storage"]
	each.starved.Store(storage != "" && storage != "ok")
	return answer.StatusCode == http.StatusOK
}

func (b *balancer) serve() {
	for {
		client, err := b.lis.Accept()
		if err != nil {
			return
		}
		go b.pass(client)
	}
}

// next is the process whose turn it is among those that are ready.
func (b *balancer) next() *target {
	first := b.turn.Add(1)
	for n := range b.targets {
		if each := b.targets[(int(first)+n)%len(b.targets)]; each.in.Load() {
			return each
		}
	}
	return nil
}

func (b *balancer) pass(client net.Conn) {
	defer client.Close()
	chosen := b.next()
	switch {
	case chosen == nil && slices.ContainsFunc(b.targets, func(each *target) bool { return each.starved.Load() }):
		b.starved.Add(1)
		return
	case chosen == nil:
		b.nobody.Add(1)
		return
	}
	server, err := net.DialTimeout("tcp", chosen.addr, patience)
	if err != nil {
		b.refused.Add(1)
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
	_, _ = io.Copy(client, server)
}
