// Package debughttp is the listener for the people who run the product: health,
// readiness, metrics and profiles.
//
// It knows named checks and where to listen, which is the loopback interface
// unless a host is given. It refuses to serve anything of the product itself.
package debughttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Config says where to listen and what to show.
type Config struct {
	Addr     string                                 // "host:port"; without host it is 127.0.0.1, empty is any free port there
	Registry prometheus.Gatherer                    // of /metrics; nil shows no metrics
	Checks   map[string]func(context.Context) error // of /readyz, by name
}

// Server is a listener that is bound and serves once Run is called.
type Server struct {
	lis  net.Listener
	http *http.Server
}

// New binds the address, so that an address in use is an error before anything
// starts.
func New(c Config) (*Server, error) {
	addr, err := loopback(c.Addr)
	if err != nil {
		return nil, err
	}
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("debug listener: %w", err)
	}
	return &Server{lis: lis, http: &http.Server{
		Handler:           c.routes(),
		ReadHeaderTimeout: 2 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      65 * time.Second, // a CPU profile takes 30 s
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}}, nil
}

// Addr is the bound address.
func (s *Server) Addr() string { return s.lis.Addr().String() }

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.lis) }()
	select {
	case err := <-served:
		return fmt.Errorf("debug listener: %w", err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.http.Shutdown(end); err != nil {
		_ = s.http.Close() // a profile in flight is not worth waiting for
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close unbinds the address of a server that will not run.
func (s *Server) Close() error { return s.lis.Close() }

func loopback(addr string) (string, error) {
	if addr == "" {
		return "127.0.0.1:0", nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("debug listener: %w", err)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

func (c Config) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", live)
	mux.HandleFunc("GET /readyz", c.ready)
	if c.Registry != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(c.Registry, promhttp.HandlerOpts{}))
	}
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
