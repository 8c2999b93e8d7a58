package callback

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/dakoku/dakoku/platform/config"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

const (
	refreshEvery = time.Second
	reloadEvery  = time.Minute
	listBudget   = 3 * time.Second
	// wantedEvery is how often integration is asked at most for those who wait, so
	// that guesses are no lever.
	wantedEvery = 200 * time.Millisecond
)

// lister is the one RPC that the watch needs.
type lister interface {
	ListEndpoints(ctx context.Context, in *integrationv1.ListEndpointsRequest, opts ...grpc.CallOption) (*integrationv1.ListEndpointsResponse, error)
}

// Watch keeps a table in step with integration. While integration is away the
// table it had stays in force.
type Watch struct {
	// Table is the table to keep; required.
	Table *Table
	// Integration is asked; required.
	Integration lister
	// Log receives what goes wrong; required.
	Log *zap.Logger
	// Now is the clock; required.
	Now func() time.Time
	// Copy is replaced by every table that integration gives; nil keeps none.
	Copy *Copy
	// Every is the time between two questions; zero is one second.
	Every time.Duration
}

// Run asks at once and then every second, by version, until ctx ends; sooner while
// a callback waits for it. Once a minute it reads the whole table whatever its
// version says.
func (w *Watch) Run(ctx context.Context) error {
	ticker := time.NewTicker(w.every())
	defer ticker.Stop()
	var reloaded time.Time
	failed := false
	for {
		full := w.Now().Sub(reloaded) >= reloadEvery
		err := w.refresh(ctx, full)
		if err == nil && full {
			reloaded = w.Now()
		}
		if err != nil && !failed && ctx.Err() == nil {
			w.Log.Warn("callback endpoints cannot be refreshed", zap.Error(err))
		}
		failed = err != nil
		if !w.pause(ctx, ticker.C) {
			return nil
		}
	}
}

// pause waits for the next turn; false means that ctx has ended.
func (w *Watch) pause(ctx context.Context, tick <-chan time.Time) bool {
	gap := time.NewTimer(min(wantedEvery, w.every()))
	defer gap.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-tick:
		return true
	case <-gap.C:
	}
	select {
	case <-ctx.Done():
		return false
	case <-tick:
	case <-w.Table.wanted():
	}
	return true
}

func (w *Watch) every() time.Duration {
	if w.Every > 0 {
		return w.Every
	}
	return refreshEvery
}

func (w *Watch) refresh(ctx context.Context, full bool) error {
	ctx, cancel := context.WithTimeout(ctx, listBudget)
	defer cancel()
	request := &integrationv1.ListEndpointsRequest{Version: w.Table.Version()}
	if full {
		request.Version = 0
	}
	at := w.Now() // before the question: the answer is at least as young
	answer, err := w.Integration.ListEndpoints(ctx, request)
	if err != nil {
		return err
	}
	if answer.GetUnchanged() {
		w.Table.confirm(at)
		return nil
	}
	endpoints, err := endpointsOf(answer)
	if err != nil {
		return err
	}
	if err := w.Table.Replace(answer.GetVersion(), endpoints, at); err != nil || w.Copy == nil {
		return err
	}
	return w.Copy.save(answer, at)
}

func endpointsOf(answer *integrationv1.ListEndpointsResponse) (map[TokenHash]Endpoint, error) {
	endpoints := make(map[TokenHash]Endpoint, len(answer.GetEndpoints()))
	for _, e := range answer.GetEndpoints() {
		if len(e.GetTokenHash()) != len(TokenHash{}) {
			return nil, errors.New("endpoint: a token hash has not 32 bytes")
		}
		endpoint := Endpoint{Tenant: e.GetTenant(), Connection: e.GetConnection(), Token: e.GetToken()}
		for _, k := range e.GetSigningKeys() {
			endpoint.Keys = append(endpoint.Keys, Key{versionOf(k.GetApiVersion()), k.GetBot(), config.Secret(k.GetSecret())})
		}
		endpoints[TokenHash(e.GetTokenHash())] = endpoint
	}
	return endpoints, nil
}

func versionOf(v integrationv1.Credentials_ApiVersion) event.Version {
	switch v {
	case integrationv1.Credentials_V1:
		return event.V1
	case integrationv1.Credentials_V2:
		return event.V2
	default:
		return 0
	}
}
