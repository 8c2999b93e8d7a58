package rpc

import (
	"context"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

// peerNames are the DNS names of the verified leaf certificate of the peer; none
// when nothing was verified.
func peerNames(ctx context.Context) []string {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return nil
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.VerifiedChains) == 0 {
		return nil
	}
	return info.State.VerifiedChains[0][0].DNSNames
}

// PeerName is the identity of the process on the other side, its first DNS name;
// empty outside a call.
func PeerName(ctx context.Context) string {
	names := peerNames(ctx)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
