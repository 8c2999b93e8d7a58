package supervisor

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

const (
	firstPort = 15_000 // below what systems hand out by themselves, so that a port stays free while its process is away
	lastPort  = 31_000
)

// ports hands out loopback addresses that nobody uses.
type ports struct {
	mu   sync.Mutex
	used map[int]bool
}

// free is a loopback address, never handed out before.
func (p *ports) free() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used == nil {
		p.used = map[int]bool{}
	}
	for range 10_000 {
		port := firstPort + rand.N(lastPort-firstPort)
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		lis, err := net.Listen("tcp", addr)
		if p.used[port] || err != nil {
			continue
		}
		p.used[port] = true
		return addr, lis.Close()
	}
	return "", errors.New("no port is free on 127.0.0.1")
}
