package callback

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

// registry is integration's table of endpoints.
type registry struct {
	mu      sync.Mutex
	answers func(version int64) (*integrationv1.ListEndpointsResponse, error)
	asked   []int64
	tick    chan struct{}
}

func (r *registry) ListEndpoints(_ context.Context, in *integrationv1.ListEndpointsRequest, _ ...grpc.CallOption) (*integrationv1.ListEndpointsResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, in.GetVersion())
	select {
	case r.tick <- struct{}{}:
	default:
	}
	return r.answers(in.GetVersion())
}

func listed(version int64, tokens ...string) *integrationv1.ListEndpointsResponse {
	out := &integrationv1.ListEndpointsResponse{Version: version}
	for _, token := range tokens {
		hash := sha256.Sum256([]byte(token))
		out.Endpoints = append(out.Endpoints, &integrationv1.Endpoint{
			Tenant: tenant, Connection: connection, TokenHash: hash[:],
			SigningKeys: []*integrationv1.SigningKey{{ApiVersion: integrationv1.Credentials_V2, Bot: "1", Secret: []byte("s")}},
		})
	}
	return out
}

func newWatch(r *registry) *Watch {
	return &Watch{Table: &Table{}, Integration: r, Log: zap.NewNop(), Now: now, Every: time.Millisecond}
}

func TestTheTableFollowsByVersion(t *testing.T) {
	current := listed(1, "a")
	r := &registry{answers: func(version int64) (*integrationv1.ListEndpointsResponse, error) {
		if version == current.GetVersion() {
			return &integrationv1.ListEndpointsResponse{Version: version, Unchanged: true}, nil
		}
		return current, nil
	}}
	w := newWatch(r)
	for _, step := range []struct {
		full    bool
		table   *integrationv1.ListEndpointsResponse
		a, b    bool
		version int64
	}{
		{true, listed(1, "a"), true, false, 1},
		{false, listed(1, "a"), true, false, 1},
		{false, listed(2, "b"), false, true, 2},
		{true, listed(2, "a", "b"), true, true, 2}, // a full reload heals a version that lied
		{false, listed(3), false, false, 3},
	} {
		current = step.table
		if err := w.refresh(t.Context(), step.full); err != nil {
			t.Fatal(err)
		}
		_, a := w.Table.find("a")
		_, b := w.Table.find("b")
		if a != step.a || b != step.b || w.Table.Version() != step.version {
			t.Errorf("%+v: a %v, b %v, version %d", step, a, b, w.Table.Version())
		}
	}
}

func TestTheTableStaysWhenIntegrationIsAway(t *testing.T) {
	r := &registry{answers: func(int64) (*integrationv1.ListEndpointsResponse, error) { return listed(1, "a"), nil }}
	w := newWatch(r)
	if err := w.refresh(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	r.answers = func(int64) (*integrationv1.ListEndpointsResponse, error) { return nil, errors.New("away") }
	if err := w.refresh(t.Context(), true); err == nil {
		t.Error("no error")
	}
	if _, known := w.Table.find("a"); !known {
		t.Error("forgotten")
	}
}

func TestATableThatCannotBeIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*integrationv1.Endpoint){
		"hash":       func(e *integrationv1.Endpoint) { e.TokenHash = []byte("x") },
		"tenant":     func(e *integrationv1.Endpoint) { e.Tenant = "x" },
		"urn":        func(e *integrationv1.Endpoint) { e.Connection = "urn:uuid:" + e.GetConnection() },
		"braces":     func(e *integrationv1.Endpoint) { e.Token = "{" + e.GetConnection() + "}" },
		"capitals":   func(e *integrationv1.Endpoint) { e.Tenant = strings.ToUpper(e.GetTenant()) },
		"connection": func(e *integrationv1.Endpoint) { e.Connection = "" },
		"secret":     func(e *integrationv1.Endpoint) { e.SigningKeys[0].Secret = nil },
		"bot":        func(e *integrationv1.Endpoint) { e.SigningKeys[0].Bot = "" },
		"version":    func(e *integrationv1.Endpoint) { e.SigningKeys[0].ApiVersion = 0 },
	} {
		w := newWatch(&registry{answers: func(int64) (*integrationv1.ListEndpointsResponse, error) {
			table := listed(1, "a")
			spoil(table.GetEndpoints()[0])
			return table, nil
		}})
		if err := w.refresh(t.Context(), true); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestTheWatchAsksAgainAndStops(t *testing.T) {
	r := &registry{tick: make(chan struct{}, 1), answers: func(int64) (*integrationv1.ListEndpointsResponse, error) { return nil, errors.New("away") }}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- newWatch(r).Run(ctx) }()
	for range 3 {
		<-r.tick
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	e := Endpoint{Keys: []Key{{Bot: "1", Secret: "hush"}}}
	if printed := fmt.Sprintf("%v %+v %#v", e, e, e); strings.Contains(printed, "hush") {
		t.Error(printed)
	}
}
