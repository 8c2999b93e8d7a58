package postgres

import (
	"crypto/tls"
	"net/netip"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// checkWire refuses a URL by which anybody between us and the server could read
// along or stand in for it: a host that is not this machine's must prove its name
// by a certificate. There is no switch to leave that out.
func checkWire(conn *pgx.ConnConfig) error {
	if exposed(conn.Host, conn.Port, conn.TLSConfig) {
		return unproven(conn.Host)
	}
	for _, next := range conn.Fallbacks {
		if exposed(next.Host, next.Port, next.TLSConfig) {
			return unproven(next.Host)
		}
	}
	return nil
}

// exposed reports a server that is away and need not prove its name. Of the modes,
// verify-full alone lets Go's own verification run.
func exposed(host string, port uint16, wire *tls.Config) bool {
	return !nearby(host, port) && (wire == nil || wire.InsecureSkipVerify || wire.ServerName == "")
}

func unproven(host string) error {
	return refusal("database URL: the server at " + host + " would be reached without proof that it is the right one: " +
		"add sslmode=verify-full, and sslrootcert=<file of its CA> unless the system trusts that CA (docs/operations.md)")
}

// nearby tells a server that is reached without leaving this machine: by a Unix
// socket or the loopback interface.
func nearby(host string, port uint16) bool {
	if network, _ := pgconn.NetworkAddress(host, port); network == "unix" || host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// allNearby tells whether every host of the URL is this machine's.
func allNearby(conn *pgx.ConnConfig) bool {
	for _, next := range conn.Fallbacks {
		if !nearby(next.Host, next.Port) {
			return false
		}
	}
	return nearby(conn.Host, conn.Port)
}
