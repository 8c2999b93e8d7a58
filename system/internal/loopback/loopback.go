// Package loopback hands out addresses of this machine to programs that are started,
// killed and started again at the same one.
//
// It knows which ports systems hand out by themselves, to connections as to listeners
// that leave the choice to them, and stays below: otherwise somebody else may have a
// port while its program is away. It refuses to know who listens there.
package loopback

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Linux hands out ports from 32,768 on.
const firstPort, lastPort = 15_000, 31_000

var (
	mu   sync.Mutex
	used = map[int]bool{}
)

// Free is "127.0.0.1:port" that nobody uses now and that this process was never given
// before.
func Free() (string, error) {
	mu.Lock()
	defer mu.Unlock()
	for range 10_000 {
		port := firstPort + rand.N(lastPort-firstPort)
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if used[port] {
			continue
		}
		lis, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		used[port] = true
		return addr, lis.Close()
	}
	return "", errors.New("no port is free on 127.0.0.1")
}
