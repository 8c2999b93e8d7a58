package loopback

import (
	"net"
	"strconv"
	"testing"
)

// What a system hands out by itself may be somebody else's while a program is away;
// what was handed out here once is not handed out again, whoever listens there or not.
func TestAnAddressStaysFree(t *testing.T) {
	seen := map[string]bool{}
	for range 300 {
		addr, err := Free()
		if err != nil || seen[addr] {
			t.Fatal(addr, err, seen[addr])
		}
		seen[addr] = true
		lis, err := net.Listen("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer lis.Close()
		chosen, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer chosen.Close()
		if port, _ := strconv.Atoi(addr[len("127.0.0.1:"):]); port >= lastPort || chosen.Addr().(*net.TCPAddr).Port <= lastPort {
			t.Errorf("%s may be handed out by the system, as %s", addr, chosen.Addr())
		}
	}
}
