package assembly

import (
	"context"
	"net"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/attendance"
	"github.com/dakoku/dakoku/services/integration"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
)

// names are the identities of the four services.
var names = []string{attendance.Name, integration.Name, gateway.PublicName, gateway.AdminName}

const pipeBuffer = 256 << 10

// links are the connections in memory: one listener and one certificate for
// each service. mTLS and allow-lists are those of separate processes.
type links struct {
	listeners  map[string]*bufconn.Listener
	identities map[string]*rpc.Identity
	log        *zap.Logger
}

func newLinks(dir string, log *zap.Logger) (links, error) {
	l := links{listeners: map[string]*bufconn.Listener{}, identities: map[string]*rpc.Identity{}, log: log}
	for _, name := range names {
		identity, err := rpc.LoadIdentity(dir, name)
		if err != nil {
			return links{}, err
		}
		l.identities[name], l.listeners[name] = identity, bufconn.Listen(pipeBuffer)
	}
	return l, nil
}

// from is how one service reaches another.
func (l links) from(client, server string) *rpc.ClientConfig {
	pipe := l.listeners[server]
	return &rpc.ClientConfig{
		ServerName: server, Identity: l.identities[client], Log: l.log.Named(client),
		Dialer: func(ctx context.Context, _ string) (net.Conn, error) { return pipe.DialContext(ctx) },
	}
}

// Connect is a connection with which one service, by its certificate, reaches
// another; for what looks behind the doors. It is the caller's to close.
func (a *Assembly) Connect(from, to string) (*grpc.ClientConn, error) {
	return rpc.Dial(*a.links.from(from, to))
}
