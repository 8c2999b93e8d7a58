package supervisor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/dakoku/dakoku/system/internal/loopback"
)

// Edge is the way from one process to what it needs. Its name tells both:
// "gateway-1>postgres".
type Edge struct {
	// Name is unique in the installation.
	Name string

	proxy *toxiproxy.Proxy
}

// Toxic is what bends a way, in toxiproxy's terms: latency, bandwidth, slow_close,
// timeout, reset_peer, slicer or limit_data, with its attributes.
type Toxic struct {
	Type       string         `json:"type"`
	Stream     string         `json:"stream"` // "upstream" or "downstream"
	Attributes map[string]any `json:"attributes"`
}

// edges makes ways.
type edges struct {
	server *toxiproxy.ApiServer
	all    []*Edge
}

func newEdges() *edges {
	zerolog.SetGlobalLevel(zerolog.Disabled) // some toxics talk past the logger that they are given
	return &edges{server: toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())}
}

// to opens a way to an address and returns where it begins.
func (e *edges) to(name, upstream string) (string, error) {
	listen, err := loopback.Free()
	if err != nil {
		return "", err
	}
	proxy := toxiproxy.NewProxy(e.server, name, listen, upstream)
	if err := proxy.Start(); err != nil {
		return "", fmt.Errorf("way %s: %w", name, err)
	}
	e.all = append(e.all, &Edge{Name: name, proxy: proxy})
	return listen, nil
}

// stop closes every way.
func (e *edges) stop() {
	for _, edge := range e.all {
		edge.proxy.Stop()
	}
}

// Bend puts a toxic on the way, for connections that are open and for new ones.
func (e *Edge) Bend(t Toxic) error {
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = e.proxy.Toxics.AddToxicJson(bytes.NewReader(body))
	return err
}

// Straighten takes every toxic from the way.
func (e *Edge) Straighten(ctx context.Context) { e.proxy.Toxics.ResetToxics(ctx) }

// Cut closes the way and what is open on it; Mend opens it again.
func (e *Edge) Cut() { e.proxy.Stop() }

// Mend opens a way that was cut.
func (e *Edge) Mend() error { return e.lead(e.proxy.Upstream) }

// lead makes the way end elsewhere. What is open on it is closed.
func (e *Edge) lead(upstream string) error {
	return e.proxy.Update(&toxiproxy.Proxy{Listen: e.proxy.Listen, Upstream: upstream, Enabled: true})
}
