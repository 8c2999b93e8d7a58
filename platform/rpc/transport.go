package rpc

import (
	"context"
	"crypto/tls"
	"net"

	"google.golang.org/grpc/credentials"
)

// transport is mutual TLS 1.3 that builds a fresh configuration from the
// identity for every handshake. Nothing is cloned and changed, and sessions are
// never resumed: a peer is always judged by the CA of today.
type transport struct {
	identity *Identity
	server   string // the name that a client expects; empty on a server
}

func (t *transport) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	m := t.identity.current()
	return credentials.NewTLS(&tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{m.cert},
		ClientAuth:             tls.RequireAndVerifyClientCert,
		ClientCAs:              m.pool,
		SessionTicketsDisabled: true,
	}).ServerHandshake(conn)
}

func (t *transport) ClientHandshake(ctx context.Context, _ string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	m := t.identity.current()
	return credentials.NewTLS(&tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{m.cert},
		RootCAs:      m.pool,
		ServerName:   t.server,
	}).ClientHandshake(ctx, t.server, conn)
}

// Info tells gRPC the protocol; the authority of requests is set by Dial.
func (t *transport) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}

// Clone returns a copy; the identity behind it is shared.
func (t *transport) Clone() credentials.TransportCredentials {
	next := *t
	return &next
}

// OverrideServerName is part of the interface; gRPC no longer calls it.
func (t *transport) OverrideServerName(name string) error {
	t.server = name
	return nil
}
