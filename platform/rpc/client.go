package rpc

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
)

// clientBudget is the time of a unary call whose caller set no deadline.
const clientBudget = 10 * time.Second

// ClientConfig says whom to call and as whom. ServerName and Identity are
// required, and Target unless a Dialer is given.
type ClientConfig struct {
	Target     string                                          // "host:port" or a gRPC target such as "dns:///host:port"
	ServerName string                                          // identity of the server: DNS name in its certificate
	Identity   *Identity                                       // our own
	Dialer     func(context.Context, string) (net.Conn, error) // nil dials TCP; bufconn in one process
	Log        *zap.Logger                                     // nil logs nothing
}

// Dial makes a client connection; it connects on first use and again by itself.
// Only TLS 1.3 with both certificates is spoken. Calls are never repeated here: a
// caller that repeats must know that it may. A unary call without deadline gets
// 10 s; a stream lives as long as its context.
func Dial(cfg ClientConfig) (*grpc.ClientConn, error) {
	if cfg.ServerName == "" || cfg.Identity == nil || (cfg.Target == "" && cfg.Dialer == nil) {
		return nil, errors.New("rpc client: Target, ServerName and Identity are required")
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(&transport{identity: cfg.Identity, server: cfg.ServerName}),
		grpc.WithAuthority(cfg.ServerName),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithNoProxy(), // a proxy of the environment is for the internet
		grpc.WithMaxHeaderListSize(maxHeaders),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingPatience}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 200 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 3 * time.Second},
			MinConnectTimeout: handshake,
		}),
		grpc.WithUnaryInterceptor(cfg.unary),
		grpc.WithStreamInterceptor(stamped),
	}
	if cfg.Dialer != nil {
		options = append(options, grpc.WithContextDialer(cfg.Dialer))
	}
	return grpc.NewClient(cfg.target(), options...)
}

// target leaves names to the dialer when there is one.
func (c ClientConfig) target() string {
	switch {
	case c.Dialer == nil || strings.Contains(c.Target, "://"):
		return c.Target
	case c.Target == "":
		return "passthrough:///" + c.ServerName
	}
	return "passthrough:///" + c.Target
}

func (c ClientConfig) unary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if _, limited := ctx.Deadline(); !limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, clientBudget)
		defer cancel()
	}
	ctx = outgoing(ctx)
	err := invoke(ctx, method, req, reply, cc, opts...)
	if err != nil && c.Log != nil {
		c.Log.Debug("call failed", zap.String("method", method), zap.String("server", c.ServerName),
			zap.String("reason", FaultFrom(err).Reason()), zap.String("requestId", RequestID(ctx)))
	}
	return err
}

func stamped(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return open(outgoing(ctx), desc, cc, method, opts...)
}

// outgoing hands request id and language of the call we are serving on to the
// next hop. The caller is handed on only by OutgoingCaller, on purpose.
func outgoing(ctx context.Context) context.Context {
	md, _ := metadata.FromOutgoingContext(ctx)
	md = md.Copy()
	if id := RequestID(ctx); id != "" {
		md.Set(keyRequest, id)
	}
	if _, served := metadata.FromIncomingContext(ctx); served && len(md.Get(keyLanguage)) == 0 {
		md.Set(keyLanguage, Language(ctx))
	}
	return metadata.NewOutgoingContext(ctx, md)
}
